package dev.perennial.tests.mutants;

import dev.perennial.conformance.Protocol;
import java.util.List;
import java.util.Set;

/** The bugs that the rules have to find. */
final class Mutations {
  private static final String CORE = "sdk-core/src/main/java/dev/perennial/";
  private static final String SSE = "sdk-sse/src/main/java/dev/perennial/sse/";
  private static final String NDJSON = "sdk-ndjson/src/main/java/dev/perennial/ndjson/";
  private static final String WEBSOCKET = "sdk-websocket/src/main/java/dev/perennial/websocket/";

  /** By the transport that each is tried over. */
  static final List<Mutation> ALL =
      List.of(
          // ---- Framing of server-sent events ----
          sse("bom-kept", "a byte order mark is data", SSE + "SseFramer.java")
              .replacing("int mark = in.skipByteOrderMark();", "int mark = 0;")
              .caughtBy("sse-01", "sse-02"),
          sse("cr-held-back", "a CR waits for the byte after it", SSE + "SseFramer.java")
              .replacing(
                  "      if (lineEnd == end) {\n        giveUp",
                  "      if (lineEnd + 1 == end && in.array()[lineEnd] == '\\r') {\n"
                      + "        return null;\n"
                      + "      }\n"
                      + "      if (lineEnd == end) {\n        giveUp")
              .caughtBy("sse-05")
              .mayFail("sse-06", "sse-07", "sse-08"),
          sse(
                  "lf-counted-twice",
                  "the LF of a CRLF that a read cuts is a line",
                  SSE + "SseFramer.java")
              .replacing("if (in.array()[next] == '\\n') {", "if (in.array()[next] == '\\0') {")
              .caughtBy("sse-06"),
          sse("nul-id-taken", "an id with NUL counts", SSE + "SseFramer.java")
              .replacing("if (array[i] == 0) {", "if (array[i] == 1) {")
              .caughtBy("sse-15"),
          sse("id-only-ignored", "a block with an id alone moves nothing", SSE + "SseFramer.java")
              .replacing("ended = frame.cursor(id);", "ended = null;")
              .caughtBy("sse-14", "resume-05"),
          sse("type-sticky", "a type stays for the events after it", SSE + "SseFramer.java")
              .replacing("    type = SseFrame.MESSAGE;\n    return ended;", "    return ended;")
              .caughtBy("sse-12"),
          sse("partial-delivered", "a block that the end cuts is delivered", SSE + "SseFramer.java")
              .replacing(
                  "Frame end(ReadBuffer in) {\n    return null;",
                  "Frame end(ReadBuffer in) {\n    return endBlock(in);")
              .caughtBy("resume-06"),
          sse("retry-prefix-taken", "digits of a malformed retry count", SSE + "SseFramer.java")
              .replacing(
                  "if (digit < 0 || digit > 9) {\n        return null;",
                  "if (digit < 0 || digit > 9) {\n        continue;")
              .caughtBy("backoff-09"),
          sse("limit-off", "an event may have any size", SSE + "SseFramer.java")
              .replacing("this.maxEventBytes = maxEventBytes;", "this.maxEventBytes = 1 << 30;")
              .caughtBy("limit-01", "limit-02"),
          sse("id-not-sticky", "an event without an id forgets the last one", CORE + "Intake.java")
              .replacing(
                  "    if (cursor == null) {\n      return position;",
                  "    if (cursor == null) {\n      return null;")
              .caughtBy("sse-13")
              .mayFail("sse-14", "sse-15", "resume-10"),

          // ---- Answers ----
          sse("204-retried", "204 is tried again", CORE + "FailureTable.java")
              .replacing("entry(204, Treatment.COMPLETE)", "entry(204, Treatment.RETRY)")
              .caughtBy("http-204")
              .mayFail("gap-04", "sse-08"),
          sse("404-retried", "a first 404 is tried again", CORE + "FailureTable.java")
              .replacing("entry(404, Treatment.SETTLING)", "entry(404, Treatment.RETRY)")
              .caughtBy("http-404"),
          sse("408-terminal", "408 ends the stream", CORE + "FailureTable.java")
              .replacing("entry(408, Treatment.RETRY)", "entry(408, Treatment.TERMINAL)")
              .caughtBy("http-408"),
          sse("401-terminal", "no fresh token is asked for", CORE + "FailureTable.java")
              .replacing("entry(401, Treatment.REFRESH)", "entry(401, Treatment.TERMINAL)")
              .caughtBy("origin-12", "origin-14")
              .mayFail("origin-13"),
          sse("gone-retried", "410 is tried again with the same cursor", CORE + "FailureTable.java")
              .replacing(
                  "BY_REASON.put(Reason.GAP, Treatment.GAP)",
                  "BY_REASON.put(Reason.GAP, Treatment.RETRY)")
              .caughtBy("gap-01", "gap-02", "gap-03"),
          sse(
                  "gone-completes",
                  "410 ends the stream as if all had come",
                  CORE + "FailureTable.java")
              .replacing(
                  "BY_REASON.put(Reason.GAP, Treatment.GAP)",
                  "BY_REASON.put(Reason.GAP, Treatment.COMPLETE)")
              .caughtBy("gap-01", "gap-02", "gap-03"),
          sse("incomplete-completes", "an early end is success", CORE + "FailureTable.java")
              .replacing(
                  "BY_REASON.put(Reason.INCOMPLETE, Treatment.RESUME)",
                  "BY_REASON.put(Reason.INCOMPLETE, Treatment.COMPLETE)")
              .caughtBy("finite-02", "finite-03")
              .mayFail("finite-04", "finite-05"),
          sse("any-type-parsed", "the content type does not count", CORE + "http/WantedAnswer.java")
              .replacing("if (!accepted.accepts(type)) {", "if (type != null && type.isEmpty()) {")
              .caughtBy("http-type-01", "http-type-02"),
          sse("any-coding-parsed", "the coding does not count", CORE + "http/WantedAnswer.java")
              .replacing(
                  "if (!Answers.isIdentity(coding) && !(isGzip && Answers.isGzip(coding))) {",
                  "if (coding != null && coding.isEmpty()) {")
              .caughtBy("http-coding-01"),

          // ---- Redirects and credentials ----
          sse(
                  "token-leaks",
                  "a token follows to another origin",
                  CORE + "http/OutgoingRequest.java")
              .replacing("return isFirstOrigin ? credential : null;", "return credential;")
              .caughtBy("origin-07"),
          sse(
                  "headers-leak",
                  "headers follow to another origin",
                  CORE + "http/OutgoingRequest.java")
              .replacing(
                  "isFirstOrigin ? callerHeaders().newBuilder() : new Headers.Builder();",
                  "callerHeaders().newBuilder();")
              .caughtBy("origin-06"),
          sse(
                  "cursor-left-behind",
                  "a redirect loses the cursor",
                  CORE + "http/OutgoingRequest.java")
              .replacing(
                  "supplied, credential, next, cursor, isFirstOrigin && isSameOrigin);",
                  "supplied, credential, next, isSameOrigin ? cursor : null,"
                      + " isFirstOrigin && isSameOrigin);")
              .caughtBy("origin-08"),
          sse("endless-redirects", "redirects are followed for ever", CORE + "http/Answers.java")
              .replacing("if (followed == MAX_REDIRECTS) {", "if (followed < 0) {")
              .caughtBy("origin-09"),
          sse(
                  "post-not-repeated",
                  "a POST that was refused is lost",
                  CORE + "http/OutgoingRequest.java")
              .replacing("425, 429, 503);", "425, 429);")
              .caughtBy("finite-06"),

          // ---- Delays ----
          sse("no-jitter", "delays are the ceiling", CORE + "Jitter.java")
              .replacing(
                  "return (long) (random.getAsDouble() * ceilingNanos);", "return ceilingNanos;")
              .caughtBy("backoff-01", "backoff-12"),
          sse("no-growth", "the ceiling does not double", CORE + "Jitter.java")
              .replacing(
                  "Math.max(capNanos, baseNanos), Nanos.doubled(baseNanos, failures));",
                  "Math.max(capNanos, baseNanos), baseNanos);")
              .caughtBy("backoff-03")
              .mayFail("backoff-04", "backoff-05", "backoff-06", "backoff-11"),
          sse("no-cap", "the ceiling doubles for ever", CORE + "Jitter.java")
              .replacing(
                  "return Math.min(Math.max(capNanos, baseNanos), Nanos.doubled(baseNanos,"
                      + " failures));",
                  "return Nanos.doubled(baseNanos, failures);")
              .caughtBy("backoff-02")
              .mayFail(
                  "backoff-01",
                  "backoff-03",
                  "backoff-04",
                  "backoff-05",
                  "backoff-06",
                  "backoff-08",
                  "backoff-11",
                  "resume-12",
                  "reconnect-07"),
          sse("retry-unclamped", "a retry of 0 is obeyed", CORE + "Jitter.java")
              .replacing(
                  "Math.min(MAX_BASE_NANOS, Math.max(MIN_BASE_NANOS, Nanos.of(retry)));",
                  "Nanos.of(retry);")
              .caughtBy("backoff-08"),
          sse("open-resets", "a mere open ends the failing", CORE + "Reconnecting.java")
              .replacing(
                  "hasProgress && progressNanos >= backoff.resetAfterNanos();", "openNanos >= 0;")
              .caughtBy("backoff-04")
              .mayFail("backoff-05", "backoff-11"),
          sse("any-progress-resets", "one event ends the failing", CORE + "Reconnecting.java")
              .replacing(
                  "hasProgress && progressNanos >= backoff.resetAfterNanos();", "hasProgress;")
              .caughtBy("backoff-05"),
          sse("clean-end-punished", "an orderly end is a failure", CORE + "Reconnecting.java")
              .replacing("if (ending.isClean()) {", "if (ending.isCompleted()) {")
              .caughtBy("reconnect-09"),
          sse(
                  "poison-for-ever",
                  "a poisoned cursor is asked for for ever",
                  CORE + "Reconnecting.java")
              .replacing("return poisonCount >= POISON_LIMIT;", "return poisonCount < 0;")
              .caughtBy("limit-01"),
          sse("retry-resets", "a retry begins the backoff anew", CORE + "Backoff.java")
              .replacing("jitter.serverBase(base);", "jitter.serverBase(base);\n    reset();")
              .caughtBy("backoff-11"),
          sse("retry-ignored", "a retry does not count", CORE + "Pump.java")
              .replacing("engine.serverBase(retry);", "retry.toMillis();")
              .caughtBy("backoff-07")
              .mayFail("backoff-11"),
          sse("retry-after-ignored", "Retry-After does not count", CORE + "ServerBounds.java")
              .replacing("Duration asked = ending.notBefore;", "Duration asked = null;")
              .caughtBy("http-after-01", "http-after-02", "http-after-03", "http-after-04"),
          sse("retry-after-date-ignored", "a date does not count", CORE + "http/RetryAfter.java")
              .replacing("Instant date = HttpDate.parse(value, now);", "Instant date = null;")
              .caughtBy("http-after-03"),
          sse("retry-after-by-own-clock", "the local clock counts", CORE + "http/RetryAfter.java")
              .replacing("return told != null ? told : received;", "return received;")
              .caughtBy("http-after-03"),

          // ---- Delivery ----
          sse(
                  "acknowledged-early",
                  "the cursor is ahead of the handler",
                  CORE + "DirectOutlet.java")
              .replacing(
                  "    try {\n      consumer.event(event);",
                  "    acknowledged.handled(event);\n    try {\n      consumer.event(event);")
              .caughtBy("resume-13", "resume-14"),
          sse("replays-delivered", "what is replayed is delivered again", CORE + "Intake.java")
              .replacing("if (sighting == ReplayWindow.Sighting.NEW) {", "if (sighting != null) {")
              .caughtBy("resume-07", "resume-12"),
          sse("window-unbounded", "every id is remembered", CORE + "Intake.java")
              .replacing("new ReplayWindow(options.dedupe.size())", "new ReplayWindow(1 << 16)")
              .caughtBy("resume-11"),
          sse("repeated-dropped", "an id counts once on one connection", CORE + "Intake.java")
              .replacing("sighting == ReplayWindow.Sighting.REPEATED;", "sighting == null;")
              .caughtBy("resume-08"),
          sse("silence-unnoticed", "silence has no limit", CORE + "SilenceLimit.java")
              .replacing("fixed == null ? UNTIL_HEARTBEAT : fixed", "UNTIL_HEARTBEAT")
              .caughtBy("silence-01")
              .mayFail("reconnect-08", "reconnect-10"),
          sse("heartbeats-ignored", "heartbeats are no life", CORE + "Pump.java")
              .replacing(
                  "    silence.heartbeatAfter(silenceNanos);",
                  "    if (time.nanoTime() - progressNanos > silence.deadlines().noByteNanos()) {\n"
                      + "      return engine.attempts().stale(null);\n"
                      + "    }\n"
                      + "    silence.heartbeatAfter(silenceNanos);")
              .caughtBy("silence-02")
              .mayFail("silence-05"),
          sse("stale-while-paused", "silence counts while nobody reads", CORE + "Pump.java")
              .replacing(
                  "      Frame frame;\n      reads.lazySet",
                  "      if (time.nanoTime() - lastByteNanos > silence.deadlines().noByteNanos())"
                      + " {\n"
                      + "        return engine.attempts().stale(null);\n"
                      + "      }\n"
                      + "      Frame frame;\n"
                      + "      reads.lazySet")
              .caughtBy("silence-05"),
          sse("old-connection-kept", "what was left is not closed", CORE + "Attempts.java")
              .replacing(
                  "      controls.release();\n      fresh.close();", "      controls.release();")
              .caughtBy("finite-01"),

          // ---- NDJSON ----
          ndjson("ndjson-bom-kept", "a byte order mark is data", NDJSON + "LineFramer.java")
              .replacing("int mark = in.skipByteOrderMark();", "int mark = 0;")
              .caughtBy("ndjson-02"),
          ndjson("last-line-delivered", "a line without its end counts", NDJSON + "LineFramer.java")
              .replacing("if (!takesLastLine || scanned == 0) {", "if (scanned == 0) {")
              .caughtBy("ndjson-05"),
          ndjson("cr-ends-lines", "a lone CR ends a line", NDJSON + "LineFramer.java")
              .replacing(
                  "int lineFeed = in.lineFeed(from + scanned);",
                  "int lineFeed = in.lineEnd(from + scanned);")
              .caughtBy("ndjson-01"),
          ndjson("malformed-delivered", "what is no JSON is delivered", CORE + "Intake.java")
              .replacing("if (defect != null) {", "if (defect instanceof java.io.EOFException) {")
              .caughtBy("ndjson-06", "ndjson-07", "ndjson-08", "ndjson-09")
              .mayFail("ndjson-13"),

          // ---- WebSocket ----
          socket("utf8-unchecked", "text may be no UTF-8", WEBSOCKET + "Utf8Check.java")
              .replacing("if (!isValid) {", "if (next < 0) {")
              .caughtBy("ws-03"),
          socket(
                  "reserved-bits-allowed",
                  "reserved bits do not count",
                  WEBSOCKET + "FrameHeader.java")
              .replacing("if ((first & RSV2_AND_RSV3) != 0) {", "if (first < 0) {")
              .caughtBy("ws-06"),
          socket(
                  "continuation-of-nothing",
                  "a message may begin in its middle",
                  WEBSOCKET + "MessageReader.java")
              .replacing("if (isContinuation && !isInsideMessage) {", "if (header == null) {")
              .caughtBy("ws-10"),
          socket("ping-fragments-allowed", "a ping may be cut", WEBSOCKET + "FrameHeader.java")
              .replacing("if (isControl() && !isFinal()) {", "if (first < 0) {")
              .caughtBy("ws-09"),
          socket("pings-unanswered", "no pong is sent", WEBSOCKET + "LiveSocket.java")
              .replacing("outbox.pong(payload);", "")
              .caughtBy("ws-02"),
          socket("accept-unchecked", "any accept value opens", WEBSOCKET + "Handshake.java")
              .replacing("if (!expected.equals(accept.trim())) {", "if (accept.isEmpty()) {")
              .caughtBy("ws-12"),
          socket("subprotocol-unchecked", "any subprotocol opens", WEBSOCKET + "Handshake.java")
              .replacing(
                  "if (offered.isEmpty() && !answered.isEmpty()) {", "if (offered == null) {")
              .caughtBy("ws-13"),
          socket("1000-retried", "1000 is no end", CORE + "FailureTable.java")
              .replacing("entry(1000, Treatment.COMPLETE)", "entry(1000, Treatment.RETRY)")
              .caughtBy("close-1000"),
          socket("1002-for-ever", "1002 is tried for ever", CORE + "FailureTable.java")
              .replacing("entry(1002, Treatment.LIMITED)", "entry(1002, Treatment.RETRY)")
              .caughtBy("close-1002"),
          socket("1008-terminal", "1008 asks for no token", CORE + "FailureTable.java")
              .replacing("entry(1008, Treatment.REFRESH)", "entry(1008, Treatment.TERMINAL)")
              .caughtBy("close-1008"),
          socket("1009-retried", "1009 is tried again", CORE + "FailureTable.java")
              .replacing("entry(1009, Treatment.TERMINAL)", "entry(1009, Treatment.RETRY)")
              .caughtBy("close-1009"),
          socket("1012-at-once", "a restarting server has no time", CORE + "ServerBounds.java")
              .replacing("RESTARTING = 1012;", "RESTARTING = 9999;")
              .caughtBy("close-1012"));

  private Mutations() {}

  private static Draft sse(String name, String words, String file) {
    return new Draft(Protocol.SSE, name, words, file, "", "");
  }

  private static Draft ndjson(String name, String words, String file) {
    return new Draft(Protocol.NDJSON, name, words, file, "", "");
  }

  private static Draft socket(String name, String words, String file) {
    return new Draft(Protocol.WEBSOCKET, name, words, file, "", "");
  }

  private record Draft(
      Protocol over, String name, String words, String file, String before, String after) {

    Draft replacing(String what, String by) {
      return new Draft(over, name, words, file, what, by);
    }

    Mutation caughtBy(String... rules) {
      return new Mutation(name, words, file, before, after, over, Set.of(rules), Set.of());
    }
  }
}
