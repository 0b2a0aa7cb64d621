//! Makes a failing plan as small as it can be while it still fails.

use crate::plan::Plan;

/// Leaves out whatever can be left out. The answer still fails, as `fails` has it.
#[must_use]
pub fn shrink(plan: &Plan, fails: &dyn Fn(&Plan) -> bool) -> Plan {
    let mut smallest = plan.clone();
    while let Some(smaller) = smaller_than(&smallest).into_iter().find(|plan| fails(plan)) {
        smallest = smaller;
    }
    smallest
}

/// Every plan that lacks one thing of this one.
fn smaller_than(plan: &Plan) -> Vec<Plan> {
    let mut plans = Vec::new();
    let mut without = |change: &dyn Fn(&mut Plan)| {
        let mut smaller = plan.clone();
        change(&mut smaller);
        plans.push(smaller);
    };
    for at in (0..plan.sales.len()).filter(|_| plan.sales.len() > 1) {
        without(&|p| _ = p.sales.remove(at));
    }
    for at in 0..plan.crashes.len() {
        without(&|p| _ = p.crashes.remove(at));
    }
    for at in 0..plan.disk_full.len() {
        without(&|p| _ = p.disk_full.remove(at));
    }
    for at in 0..plan.network.len() {
        without(&|p| _ = p.network.remove(at));
    }
    for sale in (0..plan.sales.len()).filter(|sale| plan.sales[*sale].check.is_some()) {
        without(&|p| p.sales[sale].check = None);
    }
    for sale in 0..plan.sales.len() {
        for at in 0..plan.sales[sale].moves.len() {
            without(&|p| _ = p.sales[sale].moves.remove(at));
        }
    }
    plans
}
