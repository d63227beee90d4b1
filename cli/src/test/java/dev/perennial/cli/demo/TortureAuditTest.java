package dev.perennial.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.Event;
import dev.perennial.cli.console.TransportKind;
import org.junit.jupiter.api.Test;

class TortureAuditTest {
  private final TortureAudit audit = new TortureAudit(new DemoTransport(TransportKind.SSE));

  @Test
  void holeIsLost() {
    take(1, 3);

    assertEquals(1, audit.missingUpTo(3));
    assertEquals(2, audit.missingUpTo(4));
  }

  @Test
  void repeatedEventIsDuplicated() {
    take(1, 2, 2);

    assertEquals(1, audit.counts().duplicated());
    assertEquals(0, audit.counts().outOfOrder());
  }

  @Test
  void earlierEventIsOutOfOrder() {
    take(1, 3, 2);

    assertEquals(1, audit.counts().outOfOrder());
    assertEquals(0, audit.missingUpTo(3));
  }

  @Test
  void changedEventIsDamaged() {
    audit.accept(Event.of("1", TickEvents.TYPE, TickEvents.data(2)));
    audit.accept(Event.of(null, TickEvents.TYPE, TickEvents.data(1)));

    assertEquals(2, audit.counts().damaged());
    assertEquals(1, audit.missingUpTo(1));
  }

  @Test
  void snapshotCoversWhatDidNotCome() {
    take(1, 2);
    audit.snapshot(5);
    take(6);

    assertEquals(0, audit.missingUpTo(6));
    assertEquals(3, audit.counts().covered());
    assertEquals(1, audit.counts().gaps());
  }

  @Test
  void eventThatASnapshotCoversMayStillComeAndMayComeLate() {
    take(1);
    audit.snapshot(4);
    take(4, 3, 3);

    assertEquals(0, audit.counts().duplicated());
    assertEquals(0, audit.counts().outOfOrder());
    assertEquals(1, audit.counts().covered());
  }

  @Test
  void snapshotDoesNotExcuseARepetitionOfWhatCameBefore() {
    take(1, 2);
    audit.snapshot(4);
    take(2);

    assertEquals(1, audit.counts().duplicated());
  }

  @Test
  void anotherSubscriptionMayGetEachEventOnceMoreUntilANewOneComes() {
    take(1, 2, 3);
    audit.restarted();
    take(2, 3, 3, 4, 1);

    assertEquals(2, audit.counts().repeated());
    assertEquals(2, audit.counts().duplicated());
  }

  private void take(long... numbers) {
    for (long number : numbers) {
      audit.accept(Event.of(Long.toString(number), TickEvents.TYPE, TickEvents.data(number)));
    }
  }
}
