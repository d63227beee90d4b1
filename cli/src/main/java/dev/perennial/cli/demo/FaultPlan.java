package dev.perennial.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Which faults are injected, and when: the same for the same seed, events and faults. */
final class FaultPlan {
  private static final int TOTAL_WEIGHT = 100;
  private static final int MIN_PAUSE_MILLIS = 5;
  private static final int MAX_PAUSE_MILLIS = 25;

  // The least size of a response: its head, and the events that it replays.
  private static final int HEAD_BYTES = 100;
  private static final int EVENT_BYTES = 50;

  private final List<PlannedFault> faults = new ArrayList<>();

  private FaultPlan() {}

  /** Spreads the faults evenly over the events, each with some jitter. */
  static FaultPlan of(long seed, long events, int faults) {
    Random random = new Random(seed);
    FaultPlan plan = new FaultPlan();
    for (int i = 0; i < faults; i++) {
      double place = i + 0.1 + 0.8 * random.nextDouble();
      long position = Math.max(1, (long) (place * events / faults));
      plan.add(i + 1, kind(random.nextInt(TOTAL_WEIGHT)), position, random);
    }
    return plan;
  }

  private void add(int number, FaultKind kind, long position, Random random) {
    PlannedFault last = faults.isEmpty() ? null : faults.get(faults.size() - 1);
    if (kind != FaultKind.TRUNCATED) {
      faults.add(new PlannedFault(number, kind, position, amount(kind, random), List.of()));
    } else if (last != null && last.kind().isPlainDisconnect()) {
      int replayed = (int) Math.min(DemoSettings.REPLAYED_EVENTS, last.position());
      int bytes = 1 + random.nextInt(HEAD_BYTES + EVENT_BYTES * replayed);
      faults.set(faults.size() - 1, last.andTruncated(bytes));
    } else {
      // No response follows that could be truncated.
      faults.add(new PlannedFault(number, FaultKind.RESET, position, 0, List.of()));
    }
  }

  /** Draws a kind according to the weights. */
  private static FaultKind kind(int drawn) {
    int rest = drawn;
    for (FaultKind kind : FaultKind.values()) {
      rest -= kind.weight();
      if (rest < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("The weights must add up to " + TOTAL_WEIGHT);
  }

  private static int amount(FaultKind kind, Random random) {
    return switch (kind) {
      case UNAVAILABLE, REFUSED -> 1 + random.nextInt(2);
      case PAUSE, TRICKLE -> MIN_PAUSE_MILLIS + random.nextInt(MAX_PAUSE_MILLIS - MIN_PAUSE_MILLIS);
      case RESET, CLOSE, HALF_CLOSE, END, STALL, TRUNCATED -> 0;
    };
  }

  /** The faults, ordered by position. */
  List<PlannedFault> faults() {
    return List.copyOf(faults);
  }
}
