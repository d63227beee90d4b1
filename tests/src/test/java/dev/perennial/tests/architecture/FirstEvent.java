package dev.perennial.tests.architecture;

import com.launchdarkly.eventsource.MessageEvent;
import com.launchdarkly.eventsource.background.BackgroundEventHandler;
import com.launchdarkly.eventsource.background.BackgroundEventSource;
import dev.perennial.sse.Sse;
import java.net.URI;
import java.util.Arrays;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;

/**
 * A program that follows a stream with one client until the first event, prints the stack of that
 * callback and halts. {@link LoadedClasses} starts it in a JVM of its own.
 */
final class FirstEvent {
  private FirstEvent() {}

  public static void main(String[] arguments) throws Exception {
    ProbeServer server = ProbeServer.start();
    switch (arguments[0]) {
      case "perennial" -> Perennial.follow(server.url());
      case "okhttp-sse" -> OkHttpSse.follow(server.url());
      case "okhttp-eventsource" -> LaunchDarkly.follow(server.url());
      default -> throw new IllegalArgumentException("Unknown client " + arguments[0]);
    }
    ProbeServer.Exchange exchange = server.next();
    exchange.startEvents();
    exchange.sendEvent(1);
    Thread.sleep(20_000); // The event halts the JVM long before.
    System.exit(1);
  }

  private static void arrived(StackTraceElement[] stack) {
    Arrays.stream(stack).map(frame -> frame.getClassName()).forEach(System.out::println);
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static final class Perennial {
    static void follow(String url) {
      Sse.stream(url).subscribe(event -> arrived(new Throwable().getStackTrace()));
    }
  }

  private static final class OkHttpSse {
    static void follow(String url) {
      EventSources.createFactory(new OkHttpClient())
          .newEventSource(
              new Request.Builder().url(url).build(),
              new EventSourceListener() {
                @Override
                public void onEvent(
                    EventSource source, @Nullable String id, @Nullable String type, String data) {
                  arrived(new Throwable().getStackTrace());
                }
              });
    }
  }

  private static final class LaunchDarkly implements BackgroundEventHandler {
    static void follow(String url) {
      com.launchdarkly.eventsource.EventSource.Builder source =
          new com.launchdarkly.eventsource.EventSource.Builder(URI.create(url));
      new BackgroundEventSource.Builder(new LaunchDarkly(), source).build().start();
    }

    @Override
    public void onMessage(String type, MessageEvent event) {
      arrived(new Throwable().getStackTrace());
    }

    @Override
    public void onOpen() {}

    @Override
    public void onClosed() {}

    @Override
    public void onComment(String comment) {}

    @Override
    public void onError(Throwable failure) {}
  }
}
