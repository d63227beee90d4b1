package dev.perennial.tests.contract;

import static dev.perennial.tests.contract.TransportContract.append;
import static dev.perennial.tests.contract.TransportContract.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.GapPolicy;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.ServedRequest;
import org.junit.jupiter.api.Test;

/** Gaps that the server reports. */
interface GapContract extends TransportContract {

  @Test
  default void cursorThatIsGoneIsAGap() throws Exception {
    gapEndsWith(false);
  }

  @Test
  default void answerThatReplayIsNotPossibleIsAGap() throws Exception {
    gapEndsWith(true);
  }

  private void gapEndsWith(boolean isNoReplay) throws Exception {
    FakeEventLog log = FakeEventLog.retaining(5);
    append(log, 1, 100);
    FakeStreamServer.Builder<?> builder = serverOf(log);
    try (FakeStreamServer server = (isNoReplay ? builder.answeringNoReplay() : builder).start()) {
      streamOf(server.uri("/ticks")).withCursor("50").subscribe(recorder().listener());

      Gap gap = recorder().takeGap();
      assertEquals(Gap.Reason.SERVER, gap.reason());
      assertEquals("50", gap.lastCursor());
      assertEquals(gap, assertInstanceOf(GapException.class, recorder().takeFailure()).gap());
      ServedRequest served = server.takeRequest(PATIENCE);
      assertEquals(isNoReplay ? 204 : 410, served.status());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  default void afterAGapTheStreamGoesOnLiveWhereThePolicySaysSo() throws Exception {
    FakeEventLog log = FakeEventLog.retaining(5);
    append(log, 1, 3);
    try (FakeStreamServer server = serverOf(log).start()) {
      server.answerNext(410, NO_HEADERS, "");
      streamOf(server.uri("/ticks"))
          .withCursor("7")
          .withGapPolicy(GapPolicy.liveOnly())
          .subscribe(recorder().listener());

      assertEquals(Gap.Reason.SERVER, recorder().takeGap().reason());
      recorder().assertEvents(events(1, 3));
      assertEquals("7", server.takeRequest(PATIENCE).cursor());
      assertNull(server.takeRequest(PATIENCE).cursor());
      recorder().close();
    }
  }
}
