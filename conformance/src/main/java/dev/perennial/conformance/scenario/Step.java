package dev.perennial.conformance.scenario;

import dev.perennial.conformance.Protocol;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.WebSocketFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One thing that a scenario's server does with a connection. */
public sealed interface Step {

  /** Describes the step in a few words that follow "the server". */
  String description();

  /** Sends a whole HTTP answer in place of the stream. */
  record Answer(int status, List<String> headerLines, String body) implements Step {
    @Override
    public String description() {
      return "answers " + status + (headerLines.isEmpty() ? "" : " " + headerLines);
    }
  }

  /** Sends the head that opens the stream. */
  record Open(String contentType, List<String> headerLines, boolean isChunked) implements Step {
    @Override
    public String description() {
      return "opens the stream" + (isChunked ? "" : ", to be ended by closing");
    }
  }

  /** Sends bytes of the body, or of the socket once a WebSocket is open. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Send(byte[] bytes, String description) implements Step {}

  /** Sends a close frame, after which nothing is written. */
  record Close(WebSocketFrame frame) implements Step {
    @Override
    public String description() {
      return "sends the close " + Format.visible(frame.toString());
    }
  }

  /** Sends bytes as they are, whether or not a stream is open. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Raw(byte[] bytes, String description) implements Step {}

  /** Sends the log's events after the request's cursor, starting {@code overlap} events earlier. */
  record Replay(int to, int overlap) implements Step {
    @Override
    public String description() {
      return "sends what follows the cursor, up to event "
          + to
          + (overlap == 0 ? "" : ", from " + overlap + " before it");
    }

    /** Returns the events for a request with this cursor; null for one without. */
    List<Send> events(Protocol protocol, @Nullable String cursor) {
      List<Send> events = new ArrayList<>();
      for (int event = Math.max(0, numberOf(cursor) - overlap) + 1; event <= to; event++) {
        String id = Integer.toString(event);
        byte[] bytes = WireFormat.event(protocol, id, null, "event " + id);
        events.add(new Send(bytes, "event " + id));
      }
      return events;
    }

    /** Returns the number of the log's event with this id; 0 when there is none. */
    private static int numberOf(@Nullable String cursor) {
      try {
        return cursor == null ? 0 : Integer.parseInt(cursor);
      } catch (NumberFormatException e) {
        return 0; // Not an id of the log: the client gets everything.
      }
    }
  }

  /** Sends nothing for a time. */
  record Pause(Duration time) implements Step {
    @Override
    public String description() {
      return "is silent for " + Format.duration(time);
    }
  }

  /** Sends nothing until a condition holds. */
  record Await(Predicate<? super Trace> condition, String description) implements Step {}

  /** Cuts the connection. */
  record Break(Cut how) implements Step {
    @Override
    public String description() {
      return switch (how) {
        case FIN -> "closes the connection in the middle (FIN)";
        case RST -> "resets the connection (RST)";
        case HALF_CLOSE -> "closes its half of the connection";
      };
    }
  }

  /** Ends the body in order; a WebSocket with the close code 1001. */
  record End() implements Step {
    @Override
    public String description() {
      return "ends the stream in order";
    }
  }

  /** Sends nothing until the client leaves or the run is over. */
  record Hold() implements Step {
    @Override
    public String description() {
      return "stays open and silent";
    }
  }

  /** Reads one frame at most from a WebSocket that was just opened, until {@link ReadOn}. */
  record StopReading() implements Step {
    @Override
    public String description() {
      return "reads no more than one frame";
    }
  }

  /** Reads again. */
  record ReadOn() implements Step {
    @Override
    public String description() {
      return "reads on";
    }
  }

  /** Answers no ping from now on. */
  record IgnorePings() implements Step {
    @Override
    public String description() {
      return "answers no ping from now on";
    }
  }

  /** Ends one stream of HTTP/2, with a code of RFC 9113 7, and not its connection. */
  record Reset(int code) implements Step {
    @Override
    public String description() {
      return "resets the stream with code " + code;
    }
  }

  /** Announces the end of a connection of HTTP/2, and that this stream and later ones are lost. */
  record GoAway() implements Step {
    @Override
    public String description() {
      return "announces that the connection ends before this stream (GOAWAY)";
    }
  }

  /** Sends nothing on a connection of HTTP/2 any more, nor answers its pings. */
  record Freeze() implements Step {
    @Override
    public String description() {
      return "falls silent on the whole connection";
    }
  }

  /** Sends the same bytes again and again, until the client leaves or the total is reached. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Flood(byte[] unit, long bytes, String description) implements Step {}
}
