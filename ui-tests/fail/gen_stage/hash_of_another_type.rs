// DSP-081, DSP-083: a hash answers the event and its partition, or nothing; partitions with names need one.
use otp::gen_stage::PartitionDispatcher;

fn main() {
    let _ = PartitionDispatcher::with_hash(2, |event: u64| event % 2);
    let _ = PartitionDispatcher::<u64, &str>::over(["odd", "even"]);
}
