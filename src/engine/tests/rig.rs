//! A run against a mock in this process, made from overrides of the smoke
//! scenario.

use std::net::SocketAddr;
use std::sync::Arc;

use secrecy::SecretString;
use sesbench_mock::{Counts, Server, Settings};

use crate::engine::{
    EngineConfig, Finished, Messages, Model, Progress, Recorders, RunController, Stop, preflight,
};
use crate::measure::{Measurements, Second, Timing, Trace};
use crate::message::{Identity, MessageTemplates};
use crate::net::Connector;
use crate::scenario::{Plan, testing};
use crate::schedule::Shard;
use crate::smtp::{Config, Credentials, Sasl, TlsMode};
use crate::sys::clock::Clock;
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::StopReason;

/// The results of a run.
pub(super) struct Outcome {
    pub(super) measured: Measurements,
    pub(super) finished: Finished,
    pub(super) mock: Counts,
}

/// Runs the smoke scenario, without warm-up and with `overrides`, against a
/// mock with `settings`.
pub(super) fn run(settings: Settings, overrides: &[&str]) -> Outcome {
    run_watched(settings, overrides, |_| {})
}

/// Like [`run`], with a watch on every second.
pub(super) fn run_watched(
    settings: Settings,
    overrides: &[&str],
    watch: impl FnMut(&Second) + Send,
) -> Outcome {
    let server = Server::start(Settings {
        ephemeral: true,
        ..settings
    })
    .unwrap();
    let plan = plan(overrides);
    let network = network(&plan, &server);
    let (measured, finished) = run_controller(&plan, network, None, watch, |_, _| {});
    Outcome {
        measured,
        finished,
        mock: server.stop(),
    }
}

/// Like [`run`], with a trace of every event.
pub(super) fn run_traced(settings: Settings, overrides: &[&str], trace: Trace) -> Outcome {
    let server = Server::start(Settings {
        ephemeral: true,
        ..settings
    })
    .unwrap();
    let plan = plan(overrides);
    let network = network(&plan, &server);
    let (measured, finished) = run_controller(&plan, network, Some(trace), |_| {}, |_, _| {});
    Outcome {
        measured,
        finished,
        mock: server.stop(),
    }
}

/// Like [`run`], with a stop request as soon as a session is open, before the
/// clock starts.
pub(super) fn run_stopped_early(settings: Settings, overrides: &[&str]) -> Outcome {
    let server = Server::start(Settings {
        ephemeral: true,
        ..settings
    })
    .unwrap();
    let plan = plan(overrides);
    let network = network(&plan, &server);
    let stop_early = |progress: Progress, stop: &Stop| {
        if matches!(progress, Progress::Opening { ready: 1.., .. }) {
            stop.request(StopReason::CredentialsRefused);
        }
    };
    let (measured, finished) = run_controller(&plan, network, None, |_| {}, stop_early);
    Outcome {
        measured,
        finished,
        mock: server.stop(),
    }
}

/// Runs the smoke scenario against a server at that address, in plaintext and
/// without login.
pub(super) fn run_against(address: SocketAddr, overrides: &[&str]) -> (Measurements, Finished) {
    let (measured, finished, _) = run_against_name(address, overrides, |_| {}, |_| {});
    (measured, finished)
}

/// Like [`run_against`]; `follow` may start look-ups of the address, and `act`
/// receives the progress of the run.
pub(super) fn run_against_name(
    address: SocketAddr,
    overrides: &[&str],
    follow: impl FnOnce(&Connector),
    mut act: impl FnMut(Progress),
) -> (Measurements, Finished, Arc<Connector>) {
    let target = [
        "target.kind=smtp".to_owned(),
        "target.tls=none".to_owned(),
        "target.host=127.0.0.1".to_owned(),
        format!("target.port={}", address.port()),
    ];
    let target = target.iter().map(String::as_str);
    let overrides: Vec<&str> = target.chain(overrides.iter().copied()).collect();
    let plan = plan(&overrides);
    let connector =
        Connector::new(&plan.target.connector_config(), "localhost", vec![address]).unwrap();
    let config = Config {
        tls: TlsMode::None,
        ehlo_name: plan.target.ehlo_name.clone(),
        sasl: None,
        pipelining: false,
        timeouts: plan.timeouts.clone(),
    };
    follow(&connector);
    let connector = Arc::new(connector);
    let network = (Arc::new(config), connector.clone());
    let (measured, finished) =
        run_controller(&plan, network, None, |_| {}, |progress, _| act(progress));
    (measured, finished, connector)
}

fn run_controller(
    plan: &Plan,
    (config, connector): (Arc<Config>, Arc<Connector>),
    trace: Option<Trace>,
    mut watch: impl FnMut(&Second) + Send,
    mut act: impl FnMut(Progress, &Stop),
) -> (Measurements, Finished) {
    let stop = Arc::new(Stop::default());
    let clock = Clock::start();
    let timing = Timing {
        warm_up: plan.load.warm_up,
        open_model: matches!(plan.load.model, Model::Open { .. }),
        recipients: plan.message.recipients.get(),
    };
    let (collector, mut recorders) = Recorders::new(plan.workers(), timing, &[]);
    recorders.trace = trace;
    let config = EngineConfig {
        load: plan.load.clone(),
        schedule: plan.schedule(),
        retry: plan.retry,
        bounds: plan.bounds(),
        seed: plan.seed,
        shard: plan.shard.unwrap_or(Shard::WHOLE),
        config,
        connector,
        messages: messages(plan),
        clock,
        start_at: None,
        stop: stop.clone(),
    };
    let controller = RunController::new(config, recorders, None, Interrupts::default()).unwrap();
    let (measured, finished) = std::thread::scope(|scope| {
        let collected = scope.spawn(|| {
            collector.run(|second, _| {
                watch(second);
                Ok::<(), ()>(())
            })
        });
        let finished = controller
            .run(&mut |progress| act(progress, &stop))
            .unwrap();
        (collected.join().unwrap().0, finished)
    });
    let messages = &measured.counts().messages;
    assert_eq!(messages.scheduled, messages.ended.sum());
    (measured, finished)
}

fn plan(overrides: &[&str]) -> Plan {
    // More than one worker, though one would do: the tests need threads that
    // hand messages to each other.
    let always = [
        "load.warm_up=\"0s\"",
        "load.drain=\"20s\"",
        "load.workers=2",
    ];
    testing::plan(always.iter().chain(overrides))
}

fn network(plan: &Plan, server: &Server) -> (Arc<Config>, Arc<Connector>) {
    let mut target = plan.target.clone();
    target.tls_settings.ca_file = Some(server.ca_file().to_owned());
    let port = server.port(if target.tls == TlsMode::Wrapper {
        465
    } else {
        587
    });
    let address = (server.host(), port).into();
    let connector = Connector::new(&target.connector_config(), "localhost", vec![address]).unwrap();
    let login = plan.auth.as_ref().unwrap();
    let credentials = Credentials {
        username: SecretString::from(server.username()),
        password: SecretString::from(server.password()),
    };
    let config = Config {
        tls: target.tls,
        ehlo_name: target.ehlo_name.clone(),
        sasl: Some(Sasl {
            mechanism: login.mechanism,
            initial_response: login.initial_response,
            credentials,
        }),
        pipelining: target.pipelining,
        timeouts: plan.timeouts.clone(),
    };
    (Arc::new(config), Arc::new(connector))
}

fn messages(plan: &Plan) -> Messages {
    let identity = Identity {
        run_id: "test".to_owned(),
    };
    let template = MessageTemplates::new(&plan.message, plan.seed, &identity).unwrap();
    Messages::new(
        plan.message.from.clone(),
        template,
        std::time::SystemTime::now(),
    )
}

/// The preflight session alone.
pub(super) fn preflight_only(
    settings: Settings,
    overrides: &[&str],
) -> Result<crate::smtp::Capabilities, super::super::SessionFailure> {
    let server = Server::start(Settings {
        ephemeral: true,
        ..settings
    })
    .unwrap();
    let (config, connector) = network(&plan(overrides), &server);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let nothing = None::<crate::simulated::observer::SimulatedObserver>;
    runtime.block_on(preflight(config, connector, Clock::start(), nothing))
}
