#[automatically_derived]
impl<T> ::otp::gen_stage::PartitionKey for Visit<T> {
    type Key = String;
    fn partition_key(&self) -> &Self::Key {
        &self.user
    }
}
#[automatically_derived]
impl ::otp::gen_stage::PartitionKey for Event {
    type Key = u64;
    fn partition_key(&self) -> &Self::Key {
        match self {
            Self::Opened { 0: key, .. } => key,
            Self::Moved { id: key, .. } => key,
        }
    }
}
#[automatically_derived]
impl ::otp::gen_stage::Partitions for Parity {
    fn all() -> ::std::vec::Vec<Self> {
        ::std::vec![Self::Even, Self::Odd]
    }
}
