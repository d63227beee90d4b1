package dev.perennial.sample;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import android.database.DataSetObserver;
import android.os.SystemClock;
import android.widget.ListView;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;

/** A stream that is faster than a screen. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34)
public class BusyFeedTest {
  @Rule public final RequiresResources compiled = new RequiresResources();

  private static final int EVENTS = 2_000;
  private static final int SHOWN = 200;
  private static final int FRAME_MILLIS = 16;

  @Test
  public void theListChangesOnceAFrameAndWhatIsNotShownIsToldAsMissing() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    try (FakeSseServer server = FakeSseServer.start(log)) {
      new FeedSettings(server.uri("/feed").toString(), FeedTransport.SSE)
          .save(RuntimeEnvironment.getApplication());
      try (ActivityController<FeedActivity> controller =
          Robolectric.buildActivity(FeedActivity.class).setup()) {
        FeedActivity activity = controller.get();
        Feed feed = activity.feed();
        Device.until("it is live", () -> Device.text(activity, R.id.state).equals("Live"));
        Changes changes = new Changes();
        ListView list = activity.findViewById(R.id.lines);
        list.getAdapter().registerDataSetObserver(changes);

        for (int i = 1; i <= EVENTS; i++) {
          log.append("event " + i);
          if (i % 50 == 0) {
            Device.passes(Duration.ofMillis(100)); // 500 events in a second.
          }
        }
        Device.until("all events arrived", () -> feed.events() + feed.missed() == EVENTS);

        assertEquals(List.of(), changes.within(FRAME_MILLIS));
        assertTrue("it was never shown", changes.times.size() > 5);
        List<String> lines = Device.lines(activity);
        assertEquals(SHOWN, lines.size());
        assertEquals("event " + EVENTS, lines.get(SHOWN - 1));
      }
    }
  }

  private static final class Changes extends DataSetObserver {
    final List<Long> times = new ArrayList<>();

    @Override
    public void onChanged() {
      times.add(SystemClock.uptimeMillis());
    }

    /** Returns the times of changes that came less than {@code millis} after another. */
    List<Long> within(int millis) {
      List<Long> early = new ArrayList<>();
      for (int i = 1; i < times.size(); i++) {
        if (times.get(i) - times.get(i - 1) < millis) {
          early.add(times.get(i));
        }
      }
      return early;
    }
  }
}
