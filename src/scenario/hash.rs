//! The hash of a plan. Runs with the same hash can be compared or merged.

use serde_json::Value;

use super::Plan;

/// The hash of a plan, as 16 hex digits. It covers everything but the seed, the
/// names of files that messages come from, where the mock listens and writes its
/// CA, and the facts that are only shown before a run on SES. It is the same on
/// every machine and for every build that knows the same keys.
pub fn plan_hash(plan: &Plan) -> String {
    let mut plan = serde_json::to_value(plan).unwrap_or_default();
    if let Some(plan) = plan.as_object_mut() {
        plan.remove("seed");
    }
    if let Some(mock) = plan.pointer_mut("/target/kind/settings")
        && let Some(mock) = mock.as_object_mut()
    {
        for place in ["ephemeral", "port_offset", "ca_file"] {
            mock.remove(place);
        }
    }
    forget_places(&mut plan);
    if let Some(ses) = plan
        .pointer_mut("/target/kind")
        .and_then(Value::as_object_mut)
    {
        for told in ["daily_quota", "price_per_1000"] {
            ses.remove(told);
        }
    }
    let mut hash = Fnv::new();
    canonical(&plan, &mut hash);
    format!("{:016x}", hash.0)
}

/// Removes the names of files with recipients or messages. Their content counts,
/// through the hash beside the name.
fn forget_places(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if map.contains_key("hash") {
                map.remove("file");
            }
            map.values_mut().for_each(forget_places);
        }
        Value::Array(list) => list.iter_mut().for_each(forget_places),
        _ => {}
    }
}

/// The hash of a file's content, as 16 hex digits.
pub(super) fn hash_of(bytes: &[u8]) -> String {
    let mut hash = Fnv::new();
    hash.write(bytes);
    format!("{:016x}", hash.0)
}

/// Hashes `value` in one order, independent of the order of its maps.
fn canonical(value: &Value, hash: &mut Fnv) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(name, _)| *name);
            hash.write(b"{");
            for (name, value) in entries {
                hash.write(name.as_bytes());
                hash.write(b"\0");
                canonical(value, hash);
            }
            hash.write(b"}");
        }
        Value::Array(list) => {
            hash.write(b"[");
            list.iter().for_each(|each| canonical(each, hash));
            hash.write(b"]");
        }
        scalar => {
            hash.write(scalar.to_string().as_bytes());
            hash.write(b",");
        }
    }
}

/// FNV-1a, 64 bits (draft-eastlake-fnv): small, and never changes.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::plan;

    fn hash_with(assignments: &[&str]) -> String {
        plan_hash(&plan(assignments))
    }

    #[test]
    fn the_hash_is_of_what_was_asked_and_not_of_the_seed() {
        let plain = hash_with(&[]);
        assert_eq!(plain.len(), 16);
        assert_eq!(plain, hash_with(&["seed=77", "mock.ephemeral=true"]));
        assert_ne!(plain, hash_with(&["load.sessions=11"]));
        assert_ne!(plain, hash_with(&["message.size=2 KiB"]));
        assert_ne!(plain, hash_with(&["mock.latency.dot=20ms"]));
    }

    #[test]
    fn what_is_only_told_before_a_run_on_ses_is_not_in_the_hash() {
        let ses = [
            "target.kind=ses",
            "target.region=us-east-1",
            "target.max_rate=50/s",
            "target.max_recipients=500",
        ];
        let with = |more: &[&str]| hash_with(&[&ses, more].concat());
        let told = ["target.daily_quota=5", "target.price_per_1000=1"];
        assert_eq!(with(&[]), with(&told));
        assert_ne!(with(&[]), with(&["target.max_recipients=501"]));
        assert_ne!(with(&[]), with(&["target.region=eu-west-1"]));
        assert_ne!(hash_with(&[]), hash_with(&["target.max_rate=50/s"]));
    }

    #[test]
    fn the_hash_function_is_the_published_one() {
        let mut hash = Fnv::new();
        hash.write(b"foobar");
        assert_eq!(hash.0, 0x8594_4171_f739_67e8);
    }
}
