package dev.perennial.examples.javadoc;

import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.StreamListener;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Report;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamBuilder;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.VirtualTime;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import javax.sql.DataSource;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/**
 * The names that snippets in Javadoc use without declaring them. A snippet that needs another name
 * declares it, or has it added here.
 */
public abstract class SnippetNames {
  protected String key;
  protected String prompt;
  protected Tokens tokens;
  protected MeterRegistry registry;
  protected DataSource dataSource;
  protected VirtualTime time;
  protected EventStream<String> stream;
  protected Transport transport;
  protected OkHttpClient client;
  protected Call call;
  protected Response response;
  protected StreamListener<String> listener;
  protected FakeSseServer server;
  protected Report report;
  protected CountDownLatch done;
  protected StreamBuilder<?> builder;
  protected String url;
  protected String subscription;
  protected long lastNumber;

  protected abstract void show(Object data);

  protected abstract void print(Object report);

  protected abstract Tick tick(Payload payload);

  protected abstract boolean isControl(Payload payload);

  protected abstract boolean isHello(Payload payload);

  protected abstract Duration intervalOf(Payload payload);

  /** The data of an event. */
  public record Token(String text) {}

  /** The data of an event. */
  public record Change(long id, String doc) {}

  /** The data of an event. */
  public record Tick(String symbol, double price) {}

  /** The data of an event. */
  public record Depth(String symbol, long u) {}

  /** An application's source of tokens. */
  public interface Tokens {
    String refresh();
  }

  /** A client of another author. */
  public interface MyStream {
    static MyStream open(URI url) {
      throw new UnsupportedOperationException(url.toString());
    }

    void onEvent(Consumer<MyEvent> listener);

    void close();
  }

  /** An event of another author's client. */
  public record MyEvent(String id, String type, String data) {}

  /** A client of another author, adapted to the conformance kit. */
  public static final class MyClient implements ClientUnderTest {
    @Override
    public String name() {
      return "my client";
    }

    @Override
    public Set<Protocol> protocols() {
      return Set.of();
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of();
    }

    @Override
    public Following follow(Instructions instructions, ClientReport report) {
      throw new UnsupportedOperationException(instructions.toString());
    }
  }

  /** A transport of another author. */
  public record MyTransport(URI url) implements Transport {
    @Override
    public StreamConnection newConnection(Attempt attempt) {
      throw new UnsupportedOperationException(attempt.toString());
    }
  }
}
