package dev.perennial.tests.contract;

import static dev.perennial.tests.contract.TransportContract.append;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamSubscription;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.tests.Eventually;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** The caller's OkHttp client and its event listeners. */
interface CallersClientContract extends TransportContract {

  @Test
  default void itsEventListenerSeesEachConnection() throws Exception {
    CallLog calls = new CallLog();
    reconnectsOnce(new OkHttpClient.Builder().eventListener(calls).build());

    calls.assertTwoCalls();
  }

  @Test
  default void itsFactoryOfEventListenersIsAskedForEachConnection() throws Exception {
    List<CallLog> made = new CopyOnWriteArrayList<>();
    EventListener.Factory factory =
        call -> {
          CallLog log = new CallLog();
          made.add(log);
          return log;
        };
    reconnectsOnce(new OkHttpClient.Builder().eventListenerFactory(factory).build());

    assertEquals(2, made.size());
    made.forEach(log -> assertEquals(1, log.starts.get()));
    made.forEach(log -> assertEquals(1, log.answers.get()));
  }

  private void reconnectsOnce(OkHttpClient client) throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 1);
    try (FakeStreamServer server = serverOf(log).start()) {
      String url = server.uri("/ticks").toString();
      streamOf(clientOf(url).client(client)).withRetry(QUICK).subscribe(recorder().listener());
      recorder().assertEvents("event 1");

      server.cutAll(Cut.RST);
      append(log, 2, 2);

      recorder().assertEvents("event 2");
      StreamSubscription subscription = recorder().subscription();
      subscription.close();
      assertTrue(subscription.awaitClosed(PATIENCE));
    }
  }

  /** Counts what an event listener of OkHttp sees. */
  final class CallLog extends EventListener {
    final AtomicInteger starts = new AtomicInteger();
    final AtomicInteger answers = new AtomicInteger();
    final AtomicInteger ends = new AtomicInteger();

    void assertTwoCalls() {
      assertEquals(2, starts.get());
      assertEquals(2, answers.get());
      Eventually.holds("both calls had ended", () -> ends.get() == 2);
    }

    @Override
    public void callStart(Call call) {
      starts.incrementAndGet();
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
      answers.incrementAndGet();
    }

    @Override
    public void callEnd(Call call) {
      ends.incrementAndGet();
    }

    @Override
    public void callFailed(Call call, IOException failure) {
      ends.incrementAndGet();
    }
  }
}
