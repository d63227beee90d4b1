package dev.perennial.tests.mutants;

import static dev.perennial.tests.mutants.Mutations.HTTP;
import static dev.perennial.tests.mutants.Mutations.RETRY;
import static dev.perennial.tests.mutants.Mutations.ndjson;
import static dev.perennial.tests.mutants.Mutations.sse;

import java.util.List;

/** Bugs in requests, and in what is made of their responses. */
final class HttpMutations {
  /** After this, a failure of a read is not one that is known already. */
  private static final String TLS_WRAPS =
      "      return known; // TLS wraps what its socket throws.\n    }\n";

  static final List<Mutation> ALL =
      List.of(
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

          // ---- HTTP/2 ----
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
              .caughtBy("multiplex-04"));

  private HttpMutations() {}
}
