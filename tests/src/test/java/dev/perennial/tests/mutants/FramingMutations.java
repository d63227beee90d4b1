package dev.perennial.tests.mutants;

import static dev.perennial.tests.mutants.Mutations.ENGINE;
import static dev.perennial.tests.mutants.Mutations.HTTP;
import static dev.perennial.tests.mutants.Mutations.NDJSON;
import static dev.perennial.tests.mutants.Mutations.RETRY;
import static dev.perennial.tests.mutants.Mutations.SSE;
import static dev.perennial.tests.mutants.Mutations.WEBSOCKET;
import static dev.perennial.tests.mutants.Mutations.ndjson;
import static dev.perennial.tests.mutants.Mutations.socket;
import static dev.perennial.tests.mutants.Mutations.sse;

import java.util.List;

/** Bugs in what finds the events in the bytes of a connection. */
final class FramingMutations {
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

  private FramingMutations() {}
}
