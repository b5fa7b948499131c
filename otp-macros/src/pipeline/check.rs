//! The rules of a pipeline. Each has a test of its name in `ui-tests/fail/pipeline`.

use syn::{Expr, ExprLit, Lit};

use super::model::{Pipeline, Producer, Stage};
use crate::diag::{Errors, did_you_mean, err};

pub(super) fn check(pipeline: &Pipeline, errors: &mut Errors) {
    // A stage that could not be read may be the one that is missed.
    let complete = errors.is_empty();
    for (place, stage) in pipeline.stages.iter().enumerate() {
        // What the type itself says of `restart` is not known here.
        stage.child.check(None, errors);
        duplicate(&pipeline.stages[..place], stage, errors);
        workers(stage, errors);
        sources(pipeline, place, complete, errors);
    }
}

fn duplicate(before: &[Stage], stage: &Stage, errors: &mut Errors) {
    // With a `#[cfg]` on each they may never meet.
    let meets = |first: &&Stage| first.id == stage.id && (first.cfgs.is_empty() || stage.cfgs.is_empty());
    if before.iter().find(meets).is_some() {
        let id = &stage.id;
        errors.push(err!(id, "two stages are called `{id}`", help = "for several alike write `{id}: Type(..) * 2`"));
    }
}

fn workers(stage: &Stage, errors: &mut Errors) {
    let Some(Expr::Lit(ExprLit { lit, .. })) = &stage.workers else { return };
    match lit {
        Lit::Int(number) if number.base10_digits() != "0" && !number.base10_digits().starts_with('-') => {}
        Lit::Int(number) => errors.push(err!(
            number,
            "a stage without workers: its consumers would wait for ever",
            help = "write at least `* 1`, or remove the stage"
        )),
        other => errors.push(err!(other, "the number of workers is a whole number", help = "write `* 4`")),
    }
}

/// Producers are started before their consumers, and restarted with them: that is their order.
fn sources(pipeline: &Pipeline, place: usize, complete: bool, errors: &mut Errors) {
    let stage = &pipeline.stages[place];
    for source in &stage.sources {
        source.options.check(errors);
        let Producer::Stage(producer) = &source.producer else { continue };
        let found = pipeline.stages.iter().position(|other| other.id == *producer);
        let id = &stage.id;
        match found {
            Some(found) if found < place => {}
            Some(found) if found == place => errors.push(err!(
                producer,
                "`{producer}` would subscribe to itself",
                help = "events flow in one direction: name a stage before it"
            )),
            Some(_) => errors.push(err!(
                producer,
                "`{producer}` stands behind `{id}`, which subscribes to it",
                help = "put producers before their consumers: they are started in this order"
            )),
            None if complete => {
                let known: Vec<_> = pipeline.stages[..place].iter().map(|stage| stage.id.to_string()).collect();
                let known: Vec<_> = known.iter().map(String::as_str).collect();
                let help = match known.is_empty() {
                    true => "a producer from outside of the pipeline stands in parentheses, as a handle".to_owned(),
                    false => did_you_mean(&producer.to_string(), &known),
                };
                errors.push(err!(producer, "no stage of this pipeline is called `{producer}`", help = "{help}"));
            }
            None => {}
        }
    }
}
