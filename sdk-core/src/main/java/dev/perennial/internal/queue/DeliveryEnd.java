package dev.perennial.internal.queue;

import dev.perennial.StreamException;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.consumer.IllegalDemandException;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code QueuedDelivery} ends with. Not thread-safe: {@link DeliveryStates} has a lock.
 *
 * <p>There is exactly one terminal callback, or none when the consumer closed or when it was a
 * subscriber that threw. Three things can go wrong on the way to the consumer after the engine has
 * chosen its end: the consumer throws, the executor refuses, or the consumer requests illegal
 * demand. Each is recorded in the same locked section that changes the state, so {@link #choose}
 * cannot miss it: a consumer that threw never sees a completion, and a stream that lost events to a
 * refusing executor never completes.
 */
final class DeliveryEnd {

  /** What the terminal callback reports; null when the stream completed. */
  private @Nullable Throwable end;

  /** What the consumer threw; null as a rule. */
  private @Nullable CallbackException thrown;

  /** How the executor failed; null as a rule. */
  private @Nullable StreamException refusal;

  /** Null unless the consumer requested illegal demand after the engine had chosen its end. */
  private @Nullable IllegalDemandException illegalDemand;

  void threw(CallbackException failure) {
    thrown = failure;
  }

  void refused(StreamException failure) {
    refusal = failure;
  }

  void illegalDemand(IllegalDemandException asked) {
    illegalDemand = asked;
  }

  /**
   * Chooses the end: the engine's, or what failed here and the engine does not know of.
   *
   * @param engines null when the stream completed
   * @param losesSignals whether something in the queue will not be delivered if the executor
   *     refused
   * @return the failure that replaces the engine's end; null when that stays
   */
  @Nullable StreamException choose(@Nullable Throwable engines, boolean losesSignals) {
    end = engines;
    StreamException replacement = null;
    if (thrown != null) {
      boolean isKnown = engines != null && engines.getCause() == thrown.getCause();
      replacement = isKnown ? null : thrown.asStreamException();
    } else if (illegalDemand != null) {
      end = illegalDemand;
      return illegalDemand.asStreamException();
    } else if (refusal != null && losesSignals && engines == null) {
      replacement = refusal; // Never a completion that lost something.
    }
    end = replacement != null ? replacement : engines;
    return replacement;
  }

  /** Chooses again, since something else has failed. */
  @Nullable StreamException chooseAgain(boolean losesSignals) {
    return choose(end, losesSignals);
  }

  /** Returns what the terminal callback reports; null when the stream completed. */
  @Nullable Throwable reported() {
    return end;
  }

  boolean isIllegalDemand() {
    return end instanceof IllegalDemandException;
  }

  /** Whether there is no terminal callback: it was a subscriber that threw (rule 2.13). */
  boolean isSilent() {
    return thrown != null && !thrown.isReported();
  }
}
