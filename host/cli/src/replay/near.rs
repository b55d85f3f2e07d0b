//! Which recorded calls are nearest to one that nobody recorded.

use super::{Asked, Plan};
use soar::CommandHandle;
use soar_case::Call;
use soar_case::Reading;

/// The call that is asked for, as a recorded one would be.
pub fn asked(asked: &Asked<'_>) -> Call {
    Call {
        arguments: asked.pairs.to_vec(),
        parameters: asked.explicit.clone(),
        investigation: asked.investigation.cloned(),
        files: asked.files.iter().cloned().collect(),
        ..Call::default()
    }
}

/// Sorts them: those that no answer was refused in, then the nearest, then those that are shown first, then as they are.
pub fn sort(plans: &mut [Plan], command: CommandHandle<'_>, given: &Asked<'_>) {
    let call = asked(given);
    // What can't be read is told what is wrong with it, whatever answers.
    let reading = read(command, &call);
    plans.sort_by_cached_key(|plan| {
        let recorded = plan.call.as_ref();
        let distance = reading.as_ref().and_then(|reading| Some(reading.distance(&read(command, recorded?)?)));
        let example = recorded.and_then(|call| call.example).unwrap_or(u64::MAX);
        (refused(plan), distance.is_none(), distance, example)
    });
}

fn read<'c>(command: CommandHandle<'_>, call: &'c Call) -> Option<Reading<'c>> {
    Reading::of(command.entry(), command.record(), call)
}

/// How many of the recorded answers say no.
fn refused(plan: &Plan) -> usize {
    plan.recording.exchanges.iter().filter(|exchange| exchange.answer.status >= 400).count()
}
