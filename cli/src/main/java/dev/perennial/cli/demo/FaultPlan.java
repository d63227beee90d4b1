package dev.perennial.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Which faults strike, and when: the same for the same seed, events and faults. */
final class FaultPlan {
  private static final int WEIGHTS = 100;
  private static final int MOST_MOMENT_MILLIS = 25;

  // An answer has at least so many bytes: its head, and what it replays.
  private static final int HEAD_BYTES = 100;
  private static final int EVENT_BYTES = 50;

  /**
   * One fault, and those that strike its consequences.
   *
   * @param first the number of the fault, from 1
   * @param position it strikes when this event was delivered
   * @param amount milliseconds, or attempts that fail; 0 for what needs neither
   * @param tornAfterBytes after how many bytes each of the answers that follow is cut
   */
  record PlannedFault(
      int first, FaultKind kind, long position, int amount, List<Integer> tornAfterBytes) {

    /** Copies the list. */
    PlannedFault {
      tornAfterBytes = List.copyOf(tornAfterBytes);
    }

    int faults() {
      return 1 + tornAfterBytes.size();
    }

    private PlannedFault andTorn(int afterBytes) {
      List<Integer> all = new ArrayList<>(tornAfterBytes);
      all.add(afterBytes);
      return new PlannedFault(first, kind, position, amount, all);
    }
  }

  private final List<PlannedFault> faults = new ArrayList<>();

  private FaultPlan() {}

  /** Spreads the faults evenly over the events, each with some jitter. */
  static FaultPlan of(long seed, long events, int faults) {
    Random random = new Random(seed);
    FaultPlan plan = new FaultPlan();
    for (int i = 0; i < faults; i++) {
      double place = i + 0.1 + 0.8 * random.nextDouble();
      long position = Math.max(1, (long) (place * events / faults));
      plan.add(i + 1, kind(random.nextInt(WEIGHTS)), position, random);
    }
    return plan;
  }

  private void add(int number, FaultKind kind, long position, Random random) {
    PlannedFault last = faults.isEmpty() ? null : faults.get(faults.size() - 1);
    if (kind != FaultKind.TORN) {
      faults.add(new PlannedFault(number, kind, position, amount(kind, random), List.of()));
    } else if (last != null && last.kind().isPlainCut()) {
      int replayed = (int) Math.min(DemoRun.OVERLAP, last.position());
      int most = HEAD_BYTES + EVENT_BYTES * replayed;
      faults.set(faults.size() - 1, last.andTorn(1 + random.nextInt(most)));
    } else {
      // No answer follows that could be torn.
      faults.add(new PlannedFault(number, FaultKind.RESET, position, 0, List.of()));
    }
  }

  private static FaultKind kind(int drawn) {
    int rest = drawn;
    for (FaultKind kind : FaultKind.values()) {
      rest -= kind.weight();
      if (rest < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("The weights are fewer than " + WEIGHTS);
  }

  private static int amount(FaultKind kind, Random random) {
    return switch (kind) {
      case UNAVAILABLE, REFUSED -> 1 + random.nextInt(2);
      case STUTTER, TRICKLE -> 5 + random.nextInt(MOST_MOMENT_MILLIS - 5);
      case RESET, CLOSE, HALF_CLOSE, END, STALL, TORN -> 0;
    };
  }

  /** In the order of their positions. */
  List<PlannedFault> faults() {
    return List.copyOf(faults);
  }
}
