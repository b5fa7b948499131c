// REG-002
//! Keys are unique or duplicate, and how duplicate ones are partitioned is a choice of two.
use otp::prelude::*;
use otp::registry::PartitionBy;

fn specs() {
    let _ = Registry::<String>::uniqe("rooms");
    let _ = Registry::<String>::duplicate("topics").partition_by(PartitionBy::Value);
    let _ = Registry::<String>::unique("rooms").partition_by(PartitionBy::Pid);
}

fn main() {}
