package dev.perennial.tests.mutants;

import dev.perennial.conformance.Protocol;
import java.util.List;
import java.util.Set;

/** The bugs that the rules have to find. */
final class Mutations {
  private static final String CORE = "sdk-core/src/main/java/dev/perennial/";
  private static final String ENGINE = CORE + "internal/engine/";
  private static final String RETRY = CORE + "internal/retry/";
  private static final String HTTP = "sdk-http/src/main/java/dev/perennial/http/";
  private static final String SSE = "sdk-sse/src/main/java/dev/perennial/sse/";
  private static final String NDJSON = "sdk-ndjson/src/main/java/dev/perennial/ndjson/";
  private static final String WEBSOCKET = "sdk-websocket/src/main/java/dev/perennial/websocket/";

  /** After this, a failure of a read is not one that is known already. */
  private static final String TLS_WRAPS =
      "      return known; // TLS wraps what its socket throws.\n    }\n";

  /** By the transport that each is tried over. */
  static final List<Mutation> ALL =
      List.of(
          // ---- Framing of server-sent events ----
          sse("bom-kept", "a byte order mark is data", SSE + "SseFramer.java")
              .replacing("int mark = in.skipByteOrderMark();", "int mark = 0;")
              .caughtBy("sse-01", "sse-02"),
          sse("cr-held-back", "a CR waits for the byte after it", SSE + "SseFramer.java")
              .replacing(
                  "      if (lineEnd == end) {\n        compact",
                  "      if (lineEnd + 1 == end && in.array()[lineEnd] == '\\r') {\n"
                      + "        return null;\n"
                      + "      }\n"
                      + "      if (lineEnd == end) {\n        compact")
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
              .replacing("ended = frame.asCursor(id);", "ended = null;")
              .caughtBy("sse-14", "resume-05"),
          sse("type-sticky", "a type stays for the events after it", SSE + "SseFramer.java")
              .replacing("    type = MESSAGE;\n    hasType = false;", "    hasType = false;")
              .caughtBy("sse-12"),
          sse("partial-delivered", "a block that the end cuts is delivered", SSE + "SseFramer.java")
              .replacing("if (!takesLastEvent || !isInsideEvent()) {", "if (!isInsideEvent()) {")
              .caughtBy("resume-06", "sse-17")
              .mayFail("body-02", "body-03"),
          sse("retry-prefix-taken", "digits of a malformed retry count", SSE + "SseFramer.java")
              .replacing(
                  "if (digit < 0 || digit > 9) {\n        return null;",
                  "if (digit < 0 || digit > 9) {\n        continue;")
              .caughtBy("backoff-09"),
          sse("limit-off", "an event may have any size", SSE + "SseFramer.java")
              .replacing("this.maxEventBytes = maxEventBytes;", "this.maxEventBytes = 1 << 30;")
              .caughtBy("limit-01", "limit-02")
              .mayFail("replay-05"),
          sse(
                  "id-not-sticky",
                  "an event without an id forgets the last one",
                  ENGINE + "Position.java")
              .replacing(
                  "    if (next == null) {\n      return;\n    }",
                  "    if (next == null) {\n      next = \"\";\n    }")
              .caughtBy("sse-13")
              .mayFail("sse-14", "sse-15", "resume-10"),

          // ---- Answers ----
          sse("204-retried", "204 is tried again", RETRY + "FailureTable.java")
              .replacing("entry(204, COMPLETE)", "entry(204, RETRY)")
              .caughtBy("http-204")
              .mayFail("gap-04", "post-03", "sse-08"),
          sse("410-retried", "410 without a cursor is tried again", RETRY + "FailureTable.java")
              .replacing("entry(410, FAIL)", "entry(410, RETRY)")
              .caughtBy("post-05")
              .mayFail("http-410"),
          sse("409-fatal", "409 is fatal after the open, too", RETRY + "FailureTable.java")
              .replacing("case 4 -> RETRY_ONCE_CONNECTED;", "case 4 -> FAIL;")
              .caughtBy("http-400-later", "http-409-later", "http-423-later"),
          sse("404-retried", "a first 404 is tried again", RETRY + "FailureTable.java")
              .replacing("entry(410, FAIL),", "entry(410, FAIL), entry(404, RETRY),")
              .caughtBy("http-404"),
          sse("408-terminal", "408 ends the stream", RETRY + "FailureTable.java")
              .replacing("entry(408, RETRY)", "entry(408, FAIL)")
              .caughtBy("http-408"),
          sse("401-terminal", "no fresh token is asked for", RETRY + "FailureTable.java")
              .replacing("entry(401, REFRESH_CREDENTIALS)", "entry(401, FAIL)")
              .caughtBy("origin-12", "origin-14")
              .mayFail("origin-13"),
          sse(
                  "gone-retried",
                  "410 is tried again with the same cursor",
                  RETRY + "FailureTable.java")
              .replacing("BY_REASON.put(Reason.GAP, GAP)", "BY_REASON.put(Reason.GAP, RETRY)")
              .caughtBy("gap-01", "gap-02", "gap-03")
              .mayFail("cursor-03", "post-04", "replay-02"),
          sse(
                  "gone-completes",
                  "410 ends the stream as if all had come",
                  RETRY + "FailureTable.java")
              .replacing("BY_REASON.put(Reason.GAP, GAP)", "BY_REASON.put(Reason.GAP, COMPLETE)")
              .caughtBy("gap-01", "gap-02", "gap-03")
              .mayFail("cursor-03", "post-04", "replay-02"),
          sse("incomplete-completes", "an early end is success", RETRY + "FailureTable.java")
              .replacing(
                  "BY_REASON.put(Reason.INCOMPLETE, RETRY_WITH_CURSOR)",
                  "BY_REASON.put(Reason.INCOMPLETE, COMPLETE)")
              .caughtBy("finite-02", "finite-03")
              .mayFail(
                  "body-02", "body-03", "body-04", "body-05", "body-06", "finite-04", "finite-05"),
          sse(
                  "any-type-parsed",
                  "the content type does not count",
                  HTTP + "internal/exchange/ExpectedResponse.java")
              .replacing("if (!accepted.accepts(type)) {", "if (type != null && type.isEmpty()) {")
              .caughtBy("http-type-01", "http-type-02"),
          sse(
                  "any-coding-parsed",
                  "the coding does not count",
                  HTTP + "internal/exchange/ExpectedResponse.java")
              .replacing(
                  "if (coding != ContentCoding.IDENTITY"
                      + " && !(isGzip && coding == ContentCoding.GZIP)) {",
                  "if (coding == null) {")
              .caughtBy("http-coding-01"),
          sse(
                  "coding-none-refused",
                  "any coding counts",
                  HTTP + "internal/message/ContentCoding.java")
              .replacing(
                  "if (GZIP_NAMES.contains(coding) || TRANSFORMING.contains(coding)) {",
                  "if (coding.length() >= 0) {")
              .caughtBy("http-coding-02", "http-coding-03", "http-coding-04", "http-coding-05"),
          sse("any-type-refused", "*/* is a type", HTTP + "internal/message/AcceptedTypes.java")
              .replacing("if (types.contains(ANY)) {", "if (types.isEmpty()) {")
              .caughtBy("http-type-03", "http-type-04"),
          sse(
                  "one-member-only",
                  "the first member of gzip is all",
                  HTTP + "internal/exchange/GzipSource.java")
              .replacing(
                  "while (isInMember || beginMember()) {",
                  "while (isInMember || (!hadMember && beginMember())) {")
              .caughtBy("http-gzip-01"),
          sse(
                  "proxy-403-retried",
                  "a proxy that refuses is asked again",
                  HTTP + "internal/attempt/ConfigurationFailures.java")
              .replacing("Unexpected response code for CONNECT", "Unexpected code for CONNECT")
              .caughtBy("proxy-01"),
          sse(
                  "proxy-407-retried",
                  "a proxy that wants credentials is asked again",
                  HTTP + "internal/attempt/ConfigurationFailures.java")
              .replacing("Failed to authenticate with proxy", "Failed to authenticate")
              .caughtBy("proxy-02"),

          // ---- The end of a body, and POSTs ----
          sse("body-no-end", "the end of a body is none", HTTP + "HttpStreamBuilder.java")
              .replacing("return bodyEnd.completes();", "return bodyEnd == null;")
              .caughtBy("body-01")
              .mayFail("body-02", "body-03", "body-04", "body-05", "body-06"),
          sse("part-completes", "a body may end in an event", HTTP + "HttpConnection.java")
              .replacing(
                  "if (bodyEnd.completes() && framer.isInsideEvent()) {",
                  "if (bodyEnd == BodyEnd.IS_MARKED && framer.isInsideEvent()) {")
              .caughtBy("body-02", "body-03"),
          sse("cut-completes", "a cut is the end of the body", HTTP + "HttpConnection.java")
              .replacing(
                  "throw readFailure(e, nanos < limits.noByteNanos(), limits);",
                  "if (e instanceof java.net.ProtocolException) {\n        return -1;\n      }\n"
                      + "      throw readFailure(e, nanos < limits.noByteNanos(), limits);")
              .caughtBy("body-04", "body-05")
              .mayFail("finite-05", "finite-07"),
          sse("close-completes", "a closed connection is an end", HTTP + "HttpConnection.java")
              .replacing(
                  "if (bodyEnd == BodyEnd.COMPLETES && !exchange.isEndDeclared()) {",
                  "if (bodyEnd == BodyEnd.IS_MARKED && !exchange.isEndDeclared()) {")
              .caughtBy("body-06"),
          sse(
                  "post-sent-again",
                  "a POST that is not answered was not sent",
                  HTTP + "internal/exchange/OutgoingRequest.java")
              .replacing("return sending.mayBeSent();", "return answer != null;")
              .caughtBy("post-01")
              .mayFail("post-06"),
          sse(
                  "post-500-repeated",
                  "500 says that nothing was done",
                  HTTP + "internal/connection/SendLimit.java")
              .replacing("425, 429, 503);", "425, 429, 500, 503);")
              .caughtBy("post-02"),
          sse(
                  "post-204-fails",
                  "204 to a POST is a failure",
                  HTTP + "internal/exchange/OutgoingRequest.java")
              .replacing("isStatus && failure.code() == 204;", "isStatus && failure.code() == 205;")
              .caughtBy("post-03"),
          sse(
                  "post-410-fails",
                  "410 to a POST is no gap",
                  HTTP + "internal/exchange/OutgoingRequest.java")
              .replacing(
                  "failure.reason() == Reason.GAP\n            || (isStatus ?",
                  "failure.reason() != Reason.GAP\n            && (isStatus ?")
              .caughtBy("post-04"),
          sse(
                  "post-hurried",
                  "an answer has an attempt's time",
                  HTTP + "internal/exchange/OutgoingRequest.java")
              .replacing(
                  "      if (isRepeatable()) {\n        return sending",
                  "      if (clock != null) {\n        return sending")
              .caughtBy("post-06"),

          // ---- Cursors in requests ----
          sse("id-trimmed", "an id loses its blanks", HTTP + "internal/message/HeaderRules.java")
              .replacing(
                  "return isTrimmed ? \"begins or ends with a blank\" : null;", "return null;")
              .caughtBy("cursor-01", "cursor-03"),
          sse(
                  "control-sent",
                  "a header has control characters",
                  HTTP + "internal/message/HeaderRules.java")
              .replacing(
                  "if (value.chars().anyMatch(HeaderRules::isControl)) {", "if (value == null) {")
              .caughtBy("cursor-02"),
          ndjson(
                  "cursor-appended",
                  "the URL's parameter stays",
                  HTTP + "internal/message/CursorLocation.java")
              .replacing("if (!url.queryParameterName(i).equals(name)) {", "if (i >= 0) {")
              .caughtBy("cursor-04", "cursor-05"),
          ndjson(
                  "name-compared-encoded",
                  "an encoded name is another one",
                  HTTP + "internal/message/CursorLocation.java")
              .replacing(
                  "if (!url.queryParameterName(i).equals(name)) {",
                  "if (!parts[i].startsWith(name + \"=\")) {")
              .caughtBy("cursor-05"),

          // ---- Redirects and credentials ----
          sse(
                  "token-leaks",
                  "a token follows to another origin",
                  HTTP + "internal/exchange/OutgoingRequest.java")
              .replacing("return isTrusted ? credential : null;", "return credential;")
              .caughtBy("origin-07"),
          sse(
                  "headers-leak",
                  "headers follow to another origin",
                  HTTP + "internal/exchange/OutgoingRequest.java")
              .replacing(
                  "isTrusted ? callerHeaders().newBuilder() : new Headers.Builder();",
                  "callerHeaders().newBuilder();")
              .caughtBy("origin-06"),
          sse(
                  "cursor-lost-by-redirect",
                  "a redirect loses the cursor",
                  HTTP + "internal/exchange/OutgoingRequest.java")
              .replacing(
                  "            cursor,\n            isTrusted && isNextTrusted,",
                  "            isSameOrigin ? cursor : null,\n"
                      + "            isTrusted && isNextTrusted,")
              .caughtBy("origin-08"),
          sse(
                  "endless-redirects",
                  "redirects are followed for ever",
                  HTTP + "internal/exchange/ResponseChecks.java")
              .replacing("if (followed == MAX_REDIRECTS) {", "if (followed < 0) {")
              .caughtBy("origin-09"),
          sse(
                  "post-not-repeated",
                  "a POST that was refused is lost",
                  HTTP + "internal/connection/SendLimit.java")
              .replacing("425, 429, 503);", "425, 429);")
              .caughtBy("finite-06"),

          // ---- Delays ----
          sse("no-jitter", "delays are the ceiling", RETRY + "Jitter.java")
              .replacing(
                  "return (long) (random.getAsDouble() * ceilingNanos);", "return ceilingNanos;")
              .caughtBy("backoff-01", "backoff-12"),
          sse("no-growth", "the ceiling does not double", RETRY + "JitteredBackoff.java")
              .replacing(
                  "Math.max(schedule.capNanos, baseNanos), Nanos.doubled(baseNanos,"
                      + " earlierFailures));",
                  "Math.max(schedule.capNanos, baseNanos), baseNanos);")
              .caughtBy("backoff-03")
              .mayFail("backoff-04", "backoff-05", "backoff-06", "backoff-11"),
          sse("no-cap", "the ceiling doubles for ever", RETRY + "JitteredBackoff.java")
              .replacing(
                  "return Math.min(\n        Math.max(schedule.capNanos, baseNanos),"
                      + " Nanos.doubled(baseNanos, earlierFailures));",
                  "return Nanos.doubled(baseNanos, earlierFailures);")
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
          sse("retry-unclamped", "a retry of 0 is obeyed", RETRY + "JitteredBackoff.java")
              .replacing("Math.max(MIN_SERVER_NANOS, nanos);", "nanos;")
              .caughtBy("backoff-08"),
          sse("retry-halved", "half of a retry is enough", RETRY + "Reconnector.java")
              .replacing("Nanos.of(delay));", "Nanos.of(delay.dividedBy(2)));")
              .caughtBy("backoff-13"),
          sse("progress-unforgiving", "a cut is a cut", RETRY + "Reconnector.java")
              .replacing("backoff.forgive(63 - ", "backoff.forgive(0 * ")
              .caughtBy("backoff-14"),
          sse("open-resets", "a mere open ends the failing", RETRY + "Reconnector.java")
              .replacing(
                  "(hasProgress && period.progressNanos >= backoff.resetAfterNanos());",
                  "period.openNanos >= 0;")
              .caughtBy("backoff-04")
              .mayFail("backoff-05", "backoff-11"),
          sse("any-progress-resets", "one event ends the failing", RETRY + "Reconnector.java")
              .replacing(
                  "(hasProgress && period.progressNanos >= backoff.resetAfterNanos());",
                  "hasProgress;")
              .caughtBy("backoff-05"),
          sse("clean-end-punished", "an orderly end is a failure", RETRY + "ConnectionEnd.java")
              .replacing("new ConnectionEnd(Kind.ORDERLY,", "new ConnectionEnd(Kind.FAILED,")
              .caughtBy("reconnect-12"),
          sse(
                  "poison-for-ever",
                  "a poisoned cursor is asked for for ever",
                  RETRY + "Reconnector.java")
              .replacing("return repeatedCount >= REPEATED_FAILURES;", "return repeatedCount < 0;")
              .caughtBy("limit-01", "replay-05"),
          sse("retry-resets", "a retry begins the backoff anew", RETRY + "Reconnector.java")
              .replacing(
                  "backoff.serverBase(serverDelayNanos);",
                  "backoff.serverBase(serverDelayNanos);\n    backoff.reset();")
              .caughtBy("backoff-11"),
          sse(
                  "dead-connection-used",
                  "a silent connection is used again",
                  HTTP + "internal/connection/StreamPools.java")
              .replacing("pools.replaceAll((clients, beside) -> beside.without(left));", "")
              .caughtBy("multiplex-01"),
          sse(
                  "reset-stream-final",
                  "a stream that is reset is over",
                  HTTP + "internal/attempt/HttpFailures.java")
              .replacing(
                  TLS_WRAPS,
                  TLS_WRAPS
                      + "    if (String.valueOf(e.getMessage()).contains(\"INTERNAL_ERROR\")) {\n"
                      + "      return new TransportException(Reason.RESET, endpoint).permanent();\n"
                      + "    }\n")
              .caughtBy("multiplex-02"),
          sse(
                  "refused-stream-final",
                  "a stream that its connection refuses is over",
                  HTTP + "internal/attempt/HttpFailures.java")
              .replacing(
                  TLS_WRAPS,
                  TLS_WRAPS
                      + "    if (String.valueOf(e.getMessage()).contains(\"REFUSED_STREAM\")) {\n"
                      + "      return new TransportException(Reason.RESET, endpoint).permanent();\n"
                      + "    }\n")
              .caughtBy("multiplex-03"),
          sse(
                  "refused-post-lost",
                  "a stream that was refused may have been processed",
                  HTTP + "internal/connection/SendLimit.java")
              .replacing("if (REFUSED_STREAM.equals(e.getMessage())) {", "if (e == null) {")
              .caughtBy("multiplex-04"),
          sse("position-guessed", "a server keeps no position", ENGINE + "Position.java")
              .replacing("return isAtServer || cursor != null;", "return cursor != null;")
              .caughtBy("position-01"),
          sse("position-sent", "a server is sent its own position", ENGINE + "Position.java")
              .replacing("cursor = isAtServer ? null : next;", "cursor = next;")
              .caughtBy("position-02")
              .mayFail("position-03"),
          sse("retry-ignored", "a retry does not count", ENGINE + "Engine.java")
              .replacing("reconnector.serverDelay(serverDelay);", "serverDelay.toMillis();")
              .caughtBy("backoff-07")
              .mayFail("backoff-08", "backoff-11", "backoff-13"),
          sse("retry-after-ignored", "Retry-After does not count", RETRY + "ServerDelays.java")
              .replacing("Duration asked = end.notBefore();", "Duration asked = null;")
              .caughtBy("http-after-01", "http-after-02", "http-after-03", "http-after-04"),
          sse(
                  "retry-after-date-ignored",
                  "a date does not count",
                  HTTP + "internal/message/RetryAfter.java")
              .replacing("Instant date = HttpDate.parse(value, now);", "Instant date = null;")
              .caughtBy("http-after-03"),
          sse(
                  "retry-after-by-own-clock",
                  "the local clock counts",
                  HTTP + "internal/message/RetryAfter.java")
              .replacing("return sent != null ? sent : received;", "return received;")
              .caughtBy("http-after-03"),

          // ---- Delivery ----
          sse(
                  "acknowledged-early",
                  "the cursor is ahead of the handler",
                  CORE + "internal/delivery/DirectDelivery.java")
              .replacing(
                  "    try {\n      target.event(event);",
                  "    acknowledged.handled(event);\n    try {\n      target.event(event);")
              .caughtBy("resume-13", "resume-14"),
          sse(
                  "replays-delivered",
                  "what is replayed is delivered again",
                  ENGINE + "ReplayFilter.java")
              .replacing("return sighting != Sighting.NEW;", "return false;")
              .caughtBy("resume-07", "resume-12")
              .mayFail("replay-03"),
          sse("window-unbounded", "every id is remembered", ENGINE + "ReplayFilter.java")
              .replacing("new RecentIds(settings.dedupeSize())", "new RecentIds(1 << 16)")
              .caughtBy("resume-11"),
          sse(
                  "repeated-dropped",
                  "an id counts once on one connection",
                  ENGINE + "ReplayFilter.java")
              .replacing(
                  "(sighting == Sighting.REPEATED || sighting == Sighting.CHANGED);",
                  "sighting == Sighting.CHANGED;")
              .caughtBy("resume-08"),
          sse("content-ignored", "an id alone makes a replay", ENGINE + "ReplayFilter.java")
              .replacing("DedupeScope.REPLAYS ? Fingerprint.of(frame) : 0", "null ? 1 : 0")
              .caughtBy("replay-01"),
          sse("window-kept", "a gap leaves the window as it is", ENGINE + "GapHandler.java")
              .replacing("    replays.clear();\n    breaks++;", "    breaks++;")
              .caughtBy("replay-02"),
          sse("start-included", "the event of the cursor comes again", ENGINE + "ReplayFilter.java")
              .replacing("Sighting.NEW && isOfTheStart", "null && isOfTheStart")
              .caughtBy("replay-03"),
          sse("now-resumed", "now is a position", CORE + "internal/resume/SymbolicStart.java")
              .replacing("WORDS.contains(", "WORDS.contains(\"-\" + ")
              .caughtBy("replay-04"),
          sse("poison-without-end", "progress is another event", RETRY + "Reconnector.java")
              .replacing(
                  "(position != null || isSameWithoutCursor(end));",
                  "(position != null || end.events() == 0 && isSameWithoutCursor(end));")
              .caughtBy("replay-05"),
          sse("silence-unnoticed", "silence has no limit", ENGINE + "ReadLimits.java")
              .replacing("staleAfter == null ? UNTIL_HEARTBEAT : staleAfter", "UNTIL_HEARTBEAT")
              .caughtBy("silence-01")
              .mayFail("reconnect-08", "reconnect-10"),
          sse("heartbeats-ignored", "heartbeats are no life", ENGINE + "Engine.java")
              .replacing(
                  "          limits.heartbeatAfter(run.silenceNanos());",
                  "          if (status.lastEventNanos() != SubscriptionStatus.NEVER\n"
                      + "              && time.nanoTime() - status.lastEventNanos()\n"
                      + "                  > limits.deadlines().noByteNanos()) {\n"
                      + "            return limits.staleEnd(null);\n"
                      + "          }\n"
                      + "          limits.heartbeatAfter(run.silenceNanos());")
              .caughtBy("silence-02")
              .mayFail("silence-05"),
          sse("stale-while-paused", "silence counts while nothing is read", ENGINE + "Engine.java")
              .replacing(
                  "      Frame frame = run.read();",
                  "      if (time.nanoTime() - run.lastByteNanos()"
                      + " > limits.deadlines().noByteNanos()) {\n"
                      + "        return limits.staleEnd(null);\n"
                      + "      }\n"
                      + "      Frame frame = run.read();")
              .caughtBy("silence-05"),
          sse("old-connection-kept", "what was left is not closed", ENGINE + "ConnectionRun.java")
              .replacing(
                  "    signals.release();\n"
                      + "    Callbacks.runLast(() -> connection.close(occasion));",
                  "    signals.release();\n"
                      // Reachable: OkHttp closes a connection that it finds leaked.
                      + "    System.getProperties().put(connection, connection);")
              .caughtBy("finite-01")
              .mayFail("limit-02"),
          sse("closed-completes", "what was left is complete", ENGINE + "Engine.java")
              .replacing("if (isReported && !signals.isClosing()) {", "if (failure == null) {")
              .caughtBy("closing-06"),

          // ---- NDJSON ----
          ndjson("ndjson-bom-kept", "a byte order mark is data", NDJSON + "LineFramer.java")
              .replacing("int mark = in.skipByteOrderMark();", "int mark = 0;")
              .caughtBy("ndjson-02"),
          ndjson("last-line-delivered", "a line without its end counts", NDJSON + "LineFramer.java")
              .replacing("if (defect == null && takesLastLine) {", "if (defect == null) {")
              .caughtBy("ndjson-05")
              .mayFail("body-03"),
          ndjson("cr-ends-lines", "a lone CR ends a line", NDJSON + "LineFramer.java")
              .replacing(
                  "int lineFeed = in.lineFeed(from + scanned);",
                  "int lineFeed = in.lineEnd(from + scanned);")
              .caughtBy("ndjson-01"),
          ndjson(
                  "malformed-delivered",
                  "what is no JSON is delivered",
                  ENGINE + "EventPipeline.java")
              .replacing("if (defect != null) {", "if (defect instanceof java.io.EOFException) {")
              .caughtBy("ndjson-06", "ndjson-07", "ndjson-08", "ndjson-09")
              .mayFail("ndjson-13"),
          ndjson("error-unseen", "an error in band is an event", NDJSON + "JsonFrames.java")
              .replacing(
                  ".withError(ApparentError.in(array, offset, length));", ".withError(null);")
              .caughtBy("backoff-15"),
          ndjson("framing-unchecked", "values are waited for", NDJSON + "LineFramer.java")
              .replacing("      checkBeginning(in.array(), from, lineFeed);\n", "")
              .caughtBy("ndjson-14"),
          ndjson("blanks-kept", "blanks begin a value", NDJSON + "LineFramer.java")
              .replacing("if (scanned == 0 && skipBlanks(in)) {", "if (in.start() < 0) {")
              .caughtBy("silence-09", "ndjson-15"),
          ndjson("cursor-kept-in-band", "a gap in band loses no cursor", ENGINE + "GapHandler.java")
              .replacing(
                  "end = handleNowOrAtNextOpen(gap(Gap.Reason.SERVER, detail));",
                  "end = goOnAfter(handle(gap(Gap.Reason.SERVER, detail)));")
              .caughtBy("gap-07"),

          // ---- WebSocket ----
          socket("utf8-unchecked", "text may be no UTF-8", HTTP + "Utf8Validator.java")
              .replacing(
                  "if (!acceptsByte(array[i] & 0xff)) {",
                  "if (!acceptsByte(array[i] & 0xff) && i < 0) {")
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
          socket("pings-unanswered", "no pong is sent", WEBSOCKET + "WebSocketSession.java")
              .replacing("outbound.pong(payload);", "")
              .caughtBy("ws-02")
              .mayFail("ws-18", "ws-19", "consumer-05"),
          socket("latest-ping-only", "the last ping is answered", WEBSOCKET + "OutboundQueue.java")
              .replacing("    pongs.add(payload);", "    pongs.clear();\n    pongs.add(payload);")
              .caughtBy("ws-18"),
          socket("messages-whole", "a message is one frame", WEBSOCKET + "OutboundQueue.java")
              .replacing("FRAGMENT_BYTES = 16 * 1024;", "FRAGMENT_BYTES = 1 << 30;")
              .caughtBy("ws-19"),
          socket("pong-not-missed", "a ping needs no answer", WEBSOCKET + "KeepAlive.java")
              .replacing("} else if (stop()) {", "} else if (limitNanos < 0) {")
              .caughtBy("silence-10"),
          socket("pong-alone-counts", "bytes are no answer", WEBSOCKET + "KeepAlive.java")
              .replacing("if (peer.lastByteNanos() - sentNanos >= 0) {", "if (peer == null) {")
              .caughtBy("silence-11"),
          socket("first-message-timed", "all are one message", WEBSOCKET + "ActivitySource.java")
              .replacing(
                  "    messageStartNanos = time.nanoTime();\n  }",
                  "    if (messageStartNanos == 0) {\n"
                      + "      messageStartNanos = time.nanoTime();\n"
                      + "    }\n  }")
              .caughtBy("silence-08"),
          socket("put-away-always", "a slow consumer is left", WEBSOCKET + "WebSocketOptions.java")
              .replacing("return canResume && heartbeat == null;", "return heartbeat == null;")
              .caughtBy("consumer-06"),
          socket("one-read-ahead", "pings wait behind events", WEBSOCKET + "InboundQueue.java")
              .replacing("messages.size() >= maxMessages;", "messages.size() >= 1;")
              .caughtBy("consumer-05")
              .mayFail("consumer-03", "consumer-02", "consumer-06", "resume-14", "silence-05"),
          socket(
                  "connection-as-a-whole",
                  "Connection has one option",
                  HTTP + "internal/connection/UpgradedConnections.java")
              .replacing(
                  "if (option.trim().equalsIgnoreCase(UPGRADE)) {",
                  "if (field.equalsIgnoreCase(UPGRADE)) {")
              .caughtBy("ws-17"),
          socket("window-forgotten", "no message refers back", WEBSOCKET + "MessageInflater.java")
              .replacing("if (!isContextKept) {", "if (heldBytes == 0) {")
              .caughtBy("deflate-01", "deflate-03", "deflate-05")
              .mayFail("deflate-09"),
          socket("last-block-alone", "BFINAL cuts a message", WEBSOCKET + "MessageInflater.java")
              .replacing(
                  "    if (inflater.finished()) {\n      inflater.reset();\n      return;\n    }\n",
                  "")
              .caughtBy("deflate-08"),
          socket("tail-twice", "a tail is always missing", WEBSOCKET + "MessageInflater.java")
              .replacing(
                  "heldBytes == TAIL_BYTES && ByteBuffer.wrap(deflated).getInt() == TAIL;",
                  "ByteBuffer.wrap(deflated).getInt() == ~TAIL;")
              .caughtBy("deflate-09"),
          socket("ratio-of-each", "letters are a bomb", WEBSOCKET + "InflationBudget.java")
              .replacing("Math.max(maxMessageBytes, settings.maxBytesPerSecond());", "100_000;")
              .caughtBy("deflate-10"),
          socket("rsv1-anywhere", "RSV1 may be anywhere", WEBSOCKET + "FrameHeader.java")
              .replacing(
                  "return isDeflateAgreed && !isControl() && opcode() != OPCODE_CONTINUATION;",
                  "return isDeflateAgreed;")
              .caughtBy("deflate-13", "deflate-14"),
          socket("window-not-offered", "no window to limit", WEBSOCKET + "CompressionOffer.java")
              .replacing("NOT_OFFERED, MOST_BITS);", "NOT_OFFERED, NOT_OFFERED);")
              .caughtBy("deflate-04"),
          socket("parameters-unchecked", "any parameter opens", WEBSOCKET + "Extensions.java")
              .replacing(
                  "default -> throw refused(\"no unknown parameter but was \" + name);",
                  "default -> {}")
              .caughtBy("deflate-15"),
          socket("accept-unchecked", "any accept value opens", WEBSOCKET + "Handshake.java")
              .replacing("if (!expected.equals(accept.trim())) {", "if (accept.isEmpty()) {")
              .caughtBy("ws-12"),
          socket("subprotocol-unchecked", "any subprotocol opens", WEBSOCKET + "Subprotocols.java")
              .replacing("return answered.isEmpty() ? null : \"no subprotocol\";", "return null;")
              .caughtBy("ws-13"),
          socket("1000-completes", "1000 is the end", RETRY + "Reconnector.java")
              .replacing(
                  "return end.isOrderly() || end.isForNow()",
                  "return end.code() == 1000 ? Treatment.COMPLETE : end.isOrderly()")
              .caughtBy("close-1000"),
          socket(
                  "close-breach-counts",
                  "a breach in a close frame is its code",
                  WEBSOCKET + "ReceivedClose.java")
              .replacing(
                  "return new ReceivedClose(code, reason, answerTo(code, payload));",
                  "int answer = answerTo(code, payload);"
                      + " return new ReceivedClose(answer, reason, answer);")
              .caughtBy("close-breach"),
          socket("1002-for-ever", "1002 is tried for ever", RETRY + "FailureTable.java")
              .replacing("entry(1002, RETRY_THREE_TIMES)", "entry(1002, RETRY)")
              .caughtBy("close-1002"),
          socket("1008-terminal", "1008 asks for no token", RETRY + "FailureTable.java")
              .replacing("entry(1008, REFRESH_CREDENTIALS)", "entry(1008, FAIL)")
              .caughtBy("close-1008"),
          socket("1009-retried", "1009 is tried again", RETRY + "FailureTable.java")
              .replacing("entry(1009, FAIL)", "entry(1009, RETRY)")
              .caughtBy("close-1009"),
          socket("1012-at-once", "a restarting server has no time", RETRY + "ServerDelays.java")
              .replacing("SERVICE_RESTART = 1012;", "SERVICE_RESTART = 9999;")
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
