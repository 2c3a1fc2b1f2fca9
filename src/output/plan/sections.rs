//! The sections of a plan, in their order: what both the text and the Markdown show.

use super::days;
use crate::analysis::capacity::{BackOff, CapacityPlan, LOCAL_PORTS, MachineLoad, SendQuota};
use crate::output::table::{Side, Table};
use crate::text::figures::{self, latency};
use crate::text::words::{count, plural, rate};

/// The one cap on messages per session that was reported of SES.
const REPORTED_MESSAGES: u32 = 350;

/// A title, a table, and notes below it.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) table: Table,
    pub(super) notes: Vec<String>,
}

impl Section {
    pub(super) fn new(title: &'static str, columns: usize) -> Self {
        let mut sides = vec![Side::Left];
        sides.resize(columns, Side::Right);
        Self {
            title,
            table: Table::new(&sides),
            notes: Vec::new(),
        }
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.table.row(cells.map(str::to_owned));
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

/// The answer, in one line.
pub(super) fn answer(plan: &CapacityPlan) -> String {
    let now = quota(&plan.present.quota);
    let rate = format!("{}/s", rate(plan.asked.rate_per_s));
    let day = format!("{} a day", per_day(&plan.asked));
    match (plan.rate_is_enough, plan.day_is_enough) {
        (true, true) => format!("nothing to ask for: {now} is enough"),
        (true, false) => format!("ask for {day}; now {now}"),
        (false, true) => format!("ask for {rate}; now {now}"),
        (false, false) => format!("ask for {rate} and {day}; now {now}"),
    }
}

/// The reason for the answer, in one line.
pub(super) fn reason(plan: &CapacityPlan) -> String {
    let (peak, day) = (
        rate(plan.peaks.peak_per_s),
        recipients(plan.peaks.largest_24h),
    );
    let headroom = figures::share(plan.demand.headroom);
    format!("peak {peak}/s, largest 24 hours {day}, {headroom} headroom")
}

/// All sections but the request.
pub(super) fn sections(plan: &CapacityPlan) -> Vec<Section> {
    let mut all = vec![demand(plan), reach(plan), days::largest(plan)];
    if !plan.campaigns.is_empty() {
        all.push(days::campaigns(plan));
    }
    all.extend([
        throttling(plan),
        sessions(plan),
        machines(plan),
        costs(plan),
    ]);
    if plan.regions.number > 1 {
        all.push(regions(plan));
    }
    all.push(table(plan));
    all
}

fn demand(plan: &CapacityPlan) -> Section {
    let peaks = &plan.peaks;
    let mut section = Section::new("demand, in recipients, growth included", 2);
    section.row(["peak", &format!("{}/s", rate(peaks.peak_per_s))]);
    section.row(["largest 24 hours", &whole(peaks.largest_24h)]);
    if let Some(at_most) = peaks.at_most_24h {
        section.row(["at most (25 hours)", &whole(at_most)]);
    }
    if peaks.day > 0.0 {
        section.row(["busiest hour", &whole(peaks.hour)]);
        section.row(["mean", &format!("{}/s", rate(peaks.mean_per_s))]);
    }
    if peaks.campaigns_per_s > 0.0 {
        let rate = rate(peaks.campaigns_per_s);
        section.row(["campaigns, at once", &format!("{rate}/s")]);
    }
    let hours = peaks.hour_index.zip(peaks.largest_24h_from);
    match hours {
        Some((hour, from)) => section.note(format!(
            "The busiest hour is number {} of the file, the largest 24 hours begin with \
             number {}.",
            hour + 1,
            from + 1
        )),
        None => section,
    }
}

fn reach(plan: &CapacityPlan) -> Section {
    let mut section = Section::new("quota", 4);
    section.row(["", "rate", "24 hours", "spent at full rate in"]);
    let hours = plan.hours_that_spend_the_day;
    for (name, quota, hours) in [
        ("present", plan.present.quota, hours.present),
        ("asked", plan.asked, hours.asked),
    ] {
        let spent = hours.map_or_else(
            || "never".to_owned(),
            |hours| figures::three_digits(hours) + " h",
        );
        let rate = format!("{}/s", rate(quota.rate_per_s));
        section.row([name, &rate, &per_day(&quota), &spent]);
    }
    let even = plan.present.quota.even_rate_per_s();
    let source = format!("Present quota: {}.", plan.sources.quota);
    let mut section = section.note(source);
    if plan.demand.headroom > 0.0 {
        let headroom = figures::share(plan.demand.headroom);
        section = section.note(format!(
            "Headroom of {headroom}: SES accepts only short bursts above the rate, and it may \
             accept less than the rate."
        ));
    }
    match even {
        Some(even) => section.note(format!(
            "Evenly spread, the present day allows {}/s.",
            rate(even)
        )),
        None => section,
    }
}

fn throttling(plan: &CapacityPlan) -> Section {
    let mut section = Section::new("454s in the busiest minute, Poisson arrivals", 7);
    section.row([
        "",
        "454",
        "goodput",
        "retried: 454",
        "lost",
        "delay p99",
        "longest",
    ]);
    for (name, plain, retried) in [
        ("present", plan.throttling.present, plan.back_off.present),
        ("asked", plan.throttling.asked, plan.back_off.asked),
    ] {
        let goodput = format!("{}/s", rate(plain.goodput_per_s));
        let share = figures::share(retried.refused as f64 / retried.attempts.max(1) as f64);
        let delay = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), seconds);
        section.row([
            name,
            &figures::share(plain.share_454),
            &goodput,
            &share,
            &lost(&retried),
            &delay(retried.delay_p99_s),
            &delay(retried.delay_max_s),
        ]);
    }
    let policy = match plan.retry {
        Some(retry) => format!(
            "Retried: full jitter, {} attempts, waits up to {} x {} per attempt, at most {}.",
            retry.attempts,
            humantime::format_duration(retry.base),
            retry.factor,
            humantime::format_duration(retry.cap),
        ),
        None => "No retries: a 454 loses the message.".to_owned(),
    };
    let run = plan.back_off.asked;
    section
        .note("The first two columns are without retries, the others from a simulation.")
        .note(format!(
            "{policy} Simulated: {} in {}.",
            plural(run.messages, "message"),
            seconds(run.seconds)
        ))
}

fn lost(run: &BackOff) -> String {
    figures::share(run.lost as f64 / run.messages.max(1) as f64)
}

fn sessions(plan: &CapacityPlan) -> Section {
    let all = &plan.sessions;
    let mut section = Section::new("sessions, for the asked rate", 2);
    section.row(["sessions", &count(all.sessions)]);
    section.row(["busy on average", &figures::three_digits(all.load)]);
    section.row(["by Erlang C", &count(all.erlang.sessions)]);
    section.row(["by simulation", &count(all.simulated)]);
    let wait = latency(all.erlang.wait_p99_s * 1e6);
    section.row(["p99 of the wait", &wait]);
    section.row(["mode", "ahead"]);
    let messages = u64::from(all.work.messages_per_session);
    section.row(["messages per session", &count(messages)]);
    section.row(["set-ups", &format!("{}/s", rate(all.setups_per_s))]);
    let (transaction, setup) = (all.work.transaction_s, all.work.setup_s);
    let mut section = section.note(format!(
        "Transaction {}, set-up {}, as means: {}.",
        latency(transaction * 1e6),
        latency(setup * 1e6),
        plan.sources.times
    ));
    section = section.note(
        "Sessions opened together are also closed together, and messages wait: vary the \
         number of messages from session to session.",
    );
    if let Some(response) = all.on_demand_p99_from_s {
        section = section.note(format!(
            "Opened on demand, more than 1 % of the messages pay the set-up: p99 of the \
             response at least {}.",
            latency(response * 1e6)
        ));
    }
    if all.stay_open < all.sessions {
        let when = match plan.peaks.day {
            0.0 => "peak",
            _ => "mean",
        };
        section = section.note(format!(
            "warning: SES closes a session after 10 s without a message: at the {when} \
             rate {} of the {} stay open. Open the others on demand.",
            count(all.stay_open),
            count(all.sessions)
        ));
    }
    if all.work.messages_per_session > REPORTED_MESSAGES {
        section = section.note(format!(
            "warning: SES was reported to end sessions after {REPORTED_MESSAGES} messages."
        ));
    }
    section
}

fn machines(plan: &CapacityPlan) -> Section {
    let load = &plan.machine_load;
    let mut section = Section::new("machines", 4);
    section.row(["", "asked rate", "mean rate", "one machine has"]);
    let cores = |load: &MachineLoad| {
        load.cores
            .map_or_else(|| "unknown".to_owned(), figures::three_digits)
    };
    let mean = |of: &dyn Fn(&MachineLoad) -> String| {
        plan.mean_load.as_ref().map_or_else(|| "-".to_owned(), of)
    };
    let (machine, files) = (&plan.machine, |load: &MachineLoad| whole(load.files));
    let ports = |load: &MachineLoad| whole(load.ports);
    let has = machine.cores.to_string();
    section.row(["CPU cores", &cores(load), &mean(&cores), &has]);
    let has = count(u64::from(machine.files));
    section.row(["open files", &files(load), &mean(&files), &has]);
    section.row([
        "local ports",
        &ports(load),
        &mean(&ports),
        &whole(LOCAL_PORTS),
    ]);
    section.row(["machines", &count(load.machines), "", ""]);
    let traffic = figures::three_digits(plan.peak_mbit_per_s);
    section
        .note(format!("CPU of a message: {}.", plan.sources.cpu))
        .note(format!(
            "Decided by {}, with cores at most 70 % busy. Traffic at the peak: {traffic} Mbit/s.",
            load.decided_by
        ))
}

fn costs(plan: &CapacityPlan) -> Section {
    let mut section = Section::new("cost of 30 days, in US dollars", 2);
    for cost in &plan.costs {
        section.row([cost.plan, &dollars(cost.dollars)]);
    }
    section.note(format!(
        "{}; price list of {}, without monthly fees.",
        recipients(plan.peaks.month),
        plan.price_list_of
    ))
}

fn regions(plan: &CapacityPlan) -> Section {
    let regions = &plan.regions;
    let mut section = Section::new("per region", 3);
    section.row(["", "rate", "24 hours"]);
    let mut row = |name: &str, quota: &SendQuota| {
        section.row([
            name,
            &format!("{}/s", rate(quota.rate_per_s)),
            &per_day(quota),
        ]);
    };
    row(&format!("each of {}", regions.number), &regions.each);
    if let Some(quota) = &regions.each_without_one {
        row("so that one may fail", quota);
    }
    section.note("Quota, sandbox and SMTP password are separate in each region.")
}

fn table(plan: &CapacityPlan) -> Section {
    let mut section = Section::new("other rates, with the same shape", 6);
    section.row(["rate", "a day", "sessions", "set-ups", "machines", "cost"]);
    for row in &plan.table {
        section.row([
            &format!("{}/s", count(row.rate_per_s)),
            &count(row.per_day),
            &count(row.sessions),
            &format!("{}/s", rate(row.setups_per_s)),
            &count(row.machines),
            &dollars(row.dollars),
        ]);
    }
    section.note("Sessions by Erlang C; cost of 30 days in the cheapest plan.")
}

fn quota(quota: &SendQuota) -> String {
    match quota.per_day {
        Some(day) => format!("{}/s and {} a day", rate(quota.rate_per_s), count(day)),
        None => format!("{}/s and an unlimited day", rate(quota.rate_per_s)),
    }
}

fn per_day(quota: &SendQuota) -> String {
    quota.per_day.map_or_else(|| "unlimited".to_owned(), count)
}

pub(super) fn whole(figure: f64) -> String {
    count(rounded_up(figure))
}

fn recipients(figure: f64) -> String {
    plural(rounded_up(figure), "recipient")
}

fn rounded_up(figure: f64) -> u64 {
    (figure - 1e-6).ceil().max(0.0) as u64
}

fn dollars(dollars: f64) -> String {
    count(dollars.round() as u64)
}

pub(super) fn hours(seconds: f64) -> String {
    figures::three_digits(seconds / 3_600.0) + " h"
}

fn seconds(seconds: f64) -> String {
    figures::three_digits(seconds) + " s"
}
