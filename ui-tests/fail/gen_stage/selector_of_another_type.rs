// DSP-065: a selector is a function of the event.
use otp::gen_stage::Selector;

fn main() {
    let _ = Selector::<u64>::new(|event: &String| event.is_empty());
}
