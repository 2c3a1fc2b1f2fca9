// A pattern of code that rustc 1.88 to 1.96 miscompile at opt-level 2 and 3
// (rust-lang/rust issue 158206): a bool from a comparison, cast to an integer
// and branched on. `rustc -O` then prints 2; 1 is right.
//
// The project has no such code: a test in tests/program/house/casts.rs forbids the
// cast. This program shows whether the installed compiler still has the defect.

struct Slots {
    registered: Vec<Option<u64>>,
    idle: usize,
}

impl Slots {
    fn withdraw(&mut self, slot: usize) -> bool {
        let was_free = self.registered[slot].take().is_some();
        self.idle -= usize::from(was_free);
        was_free
    }
}

#[inline(never)]
fn step_back(slots: &mut Slots, arguments: usize) -> bool {
    if slots.withdraw(0) {
        return true;
    }
    arguments > 3
}

fn main() {
    let mut slots = Slots {
        registered: vec![Some(1), Some(2)],
        idle: 2,
    };
    step_back(&mut slots, std::env::args().count());
    println!("{}", slots.idle);
}
