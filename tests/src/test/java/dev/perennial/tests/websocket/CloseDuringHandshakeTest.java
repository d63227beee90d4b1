package dev.perennial.tests.websocket;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.tests.Eventually;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OkHttp reports a connection as leaked that was acquired and never released. */
@Timeout(60)
class CloseDuringHandshakeTest {
  private final AtomicInteger acquired = new AtomicInteger();
  private final AtomicInteger released = new AtomicInteger();

  /** The 101 is there, and an interceptor of the caller has it. */
  private final CountDownLatch isAnswered = new CountDownLatch(1);

  private final CountDownLatch isClosed = new CountDownLatch(1);

  private final EventListener connections =
      new EventListener() {
        @Override
        public void connectionAcquired(Call call, Connection connection) {
          acquired.incrementAndGet();
        }

        @Override
        public void connectionReleased(Call call, Connection connection) {
          released.incrementAndGet();
        }
      };

  private Response untilClosed(Response answer) throws IOException {
    isAnswered.countDown();
    try {
      assertTrue(isClosed.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return answer;
  }

  private void closeDuring(Interceptor interceptor) throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder().eventListener(connections).addInterceptor(interceptor).build();
    try (FakeWebSocketServer server = FakeWebSocketServer.start(FakeEventLog.create())) {
      StreamSubscription subscription =
          WebSockets.builder(server.uri("/").toString()).client(client).stream()
              .withRetry(RetryPolicy.never())
              .subscribe(event -> {});
      assertTrue(isAnswered.await(20, TimeUnit.SECONDS));
      subscription.close();
      isClosed.countDown();
      assertTrue(subscription.awaitClosed(ofSeconds(20)));

      Eventually.holds(
          "the connection was released",
          () -> acquired.get() == 1 && released.get() == acquired.get());
    }
  }

  @Test
  void closingWhileAnInterceptorHasThe101ReleasesItsConnection() throws Exception {
    closeDuring(chain -> untilClosed(chain.proceed(chain.request())));
  }

  @Test
  void interceptorThatThrowsWhileItHasThe101ReleasesItsConnection() throws Exception {
    closeDuring(
        chain -> {
          Response answer = untilClosed(chain.proceed(chain.request()));
          throw new IllegalStateException("no use for " + answer.code());
        });
  }

  @Test
  void interceptorThatAnswersItselfInPlaceOfThe101ReleasesItsConnection() throws Exception {
    closeDuring(
        chain -> {
          Response answer = untilClosed(chain.proceed(chain.request()));
          return new Response.Builder()
              .request(answer.request())
              .protocol(answer.protocol())
              .code(503)
              .message("Busy")
              .build();
        });
  }
}
