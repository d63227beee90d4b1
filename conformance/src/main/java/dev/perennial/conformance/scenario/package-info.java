/**
 * Internal: the script of a run, its servers and its consumer, and the trace that they record.
 *
 * <p>A {@link dev.perennial.conformance.scenario.Scenario} says what happens and what is expected;
 * {@link dev.perennial.conformance.scenario.ScenarioRun} runs and judges it. What all clients have
 * to do belongs in {@code rules}, and how a trace is shown in {@code report}.
 */
@NullMarked
package dev.perennial.conformance.scenario;

import org.jspecify.annotations.NullMarked;
