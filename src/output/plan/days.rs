//! What becomes of the largest 24 hours, and of campaigns, under both quotas.

use super::sections::{Section, hours};
use crate::analysis::capacity::{CampaignPlan, CapacityPlan, FinishTimes};
use crate::text::figures;
use crate::text::words::count;

/// What of the largest 24 hours is accepted, and when the day is spent.
pub(super) fn largest(plan: &CapacityPlan) -> Section {
    let mut section = Section::new("the largest 24 hours, without retries", 7);
    section.row([
        "",
        "recipients",
        "accepted",
        "rate 454",
        "day 454",
        "spent after",
        "free again",
    ]);
    for (name, day) in [("present", plan.day.present), ("asked", plan.day.asked)] {
        let time = |seconds: Option<f64>| seconds.map_or_else(|| "never".to_owned(), hours);
        let free = day.free_again_s.map_or_else(|| "-".to_owned(), hours);
        section.row([
            name,
            &count(day.offered.round() as u64),
            &count(day.accepted.round() as u64),
            &figures::share(day.throttled_share),
            &figures::share(day.over_day_share),
            &time(day.spent_s),
            &free,
        ]);
    }
    let section =
        section.note("From a day of which nothing is used; the times are from its start.");
    match plan.campaigns.is_empty() {
        true => section,
        false => section.note(
            "Campaigns meet the busiest minute; what of them comes after these 24 hours does \
             not count here.",
        ),
    }
}

/// When each campaign is finished.
pub(super) fn campaigns(plan: &CapacityPlan) -> Section {
    let mut section = Section::new("campaigns, beside the other volume", 5);
    section.row([
        "campaign",
        "quota",
        "finished",
        "at worst",
        "day free again",
    ]);
    for each in &plan.campaigns {
        let campaign = each.campaign.to_string();
        for (campaign, name, finish) in [
            (campaign.as_str(), "present", each.finish.present),
            ("", "asked", each.finish.asked),
        ] {
            let [best, worst, free] = finish_cells(each, finish);
            section.row([campaign, name, &best, &worst, &free]);
        }
    }
    section.note(
        "SES does not report when the last 24 hours' mail was sent: the best finish \
         and the worst one.",
    )
}

fn finish_cells(campaign: &CampaignPlan, finish: Option<FinishTimes>) -> [String; 3] {
    let Some(finish) = finish else {
        return ["no room", "-", "-"].map(str::to_owned);
    };
    let shown = |seconds: Option<f64>, is_due: bool| match seconds {
        None => "never".to_owned(),
        Some(seconds) if is_due && seconds > campaign.deadline_s * (1.0 + 1e-9) => {
            format!("{} (late)", hours(seconds))
        }
        Some(seconds) => hours(seconds),
    };
    [
        shown(finish.best_s, true),
        shown(finish.worst_s, true),
        shown(finish.free_again_s, false),
    ]
}
