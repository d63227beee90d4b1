package dev.perennial.subjects;

import dev.perennial.CursorStore;
import dev.perennial.Decoder;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.http.StreamBuilder;
import dev.perennial.json.Json;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.conformance.Capability;
import dev.perennial.testkit.conformance.ClientReport;
import dev.perennial.testkit.conformance.ClientUnderTest;
import dev.perennial.testkit.conformance.Instructions;
import dev.perennial.testkit.conformance.Protocol;
import dev.perennial.websocket.WebSockets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** This SDK, over all its transports. */
public final class PerennialClient implements ClientUnderTest {

  @Override
  public String name() {
    return "perennial";
  }

  @Override
  public Set<Protocol> protocols() {
    return EnumSet.allOf(Protocol.class);
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.allOf(Capability.class);
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report) {
    EventStream<String> stream = configured(instructions, builder(instructions), report);
    StreamSubscription subscription = stream.subscribe(new Listener(instructions, report));
    return subscription::close;
  }

  // ---- What goes over the wire ----

  private static StreamBuilder<?> builder(Instructions instructions) {
    String url = instructions.url().toString();
    StreamBuilder<?> builder =
        switch (instructions.protocol()) {
          case SSE -> sse(url, instructions.body());
          case NDJSON -> Ndjson.builder(url);
          case WEBSOCKET -> WebSockets.builder(url).cursorParameter(instructions.cursorParameter());
        };
    instructions.headers().forEach(builder::header);
    if (!instructions.tokens().isEmpty()) {
      builder.credentials(new Tokens(instructions.tokens())::next);
    }
    Integer maxEventBytes = instructions.maxEventBytes();
    if (maxEventBytes != null) {
      builder.maxEventBytes(maxEventBytes);
    }
    String marker = instructions.endMarker();
    if (marker != null) {
      builder.endsAt(payload -> isMarker(payload, marker));
    }
    return builder;
  }

  private static StreamBuilder<?> sse(String url, @Nullable String body) {
    return body == null
        ? Sse.builder(url)
        : Sse.builder(new Request.Builder().url(url).post(RequestBody.create(body, null)).build());
  }

  private static boolean isMarker(Payload payload, String marker) {
    return payload.text().equals(marker) || marker.equals(Json.field("/data").apply(payload));
  }

  // ---- What the subscription does ----

  private static EventStream<String> configured(
      Instructions instructions, StreamBuilder<?> builder, ClientReport report) {
    Duration base = instructions.baseDelay();
    EventStream<String> stream =
        builder.stream(Decoder.text())
            .withRetry(
                RetryPolicy.exponential(base, instructions.maxDelay())
                    .withFloor(base.dividedBy(10).plusNanos(1)))
            .withCursorStore(new ReportingStore(instructions, report), Duration.ofMillis(5))
            .withGapPolicy(
                instructions.isLiveAfterGaps() ? GapPolicy.liveOnly() : GapPolicy.fail());
    Duration staleAfter = instructions.staleAfter();
    if (staleAfter != null) {
      stream = stream.withStaleAfter(staleAfter);
    }
    Duration attemptTimeout = instructions.attemptTimeout();
    if (attemptTimeout != null) {
      stream = stream.withAttemptTimeout(attemptTimeout);
    }
    return instructions.isMalformedSkipped() ? stream.withMalformedSkipped() : stream;
  }

  /** Starts at the cursor of the instructions, and tells what is saved. */
  private record ReportingStore(Instructions instructions, ClientReport report)
      implements CursorStore {
    @Override
    public @Nullable String load() {
      return instructions.startCursor();
    }

    @Override
    public void save(String checkpoint) {
      report.cursorStored(checkpoint);
    }
  }

  private record Listener(Instructions instructions, ClientReport report)
      implements StreamListener<String> {
    @Override
    public void onEvent(Event<String> event) {
      boolean isSse = instructions.protocol() == Protocol.SSE;
      report.event(isSse ? event.cursor() : event.id(), event.type(), event.data());
    }

    @Override
    public void onGap(Gap gap) {
      report.gap(gap.toString());
    }

    @Override
    public void onState(StreamState state) {
      if (state instanceof StreamState.Open) {
        report.opened();
      }
    }

    @Override
    public void onClosed(@Nullable StreamException failure) {
      if (failure == null) {
        report.completed();
      } else {
        report.failed(failure.reason() + " " + failure.getMessage());
      }
    }
  }
}
