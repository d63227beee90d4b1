package dev.perennial.http.internal.exchange;

import dev.perennial.ServerResponse;
import okhttp3.Response;

/** Shows an answer without its body as the public API does. */
final class AnswerHead {
  private AnswerHead() {}

  static ServerResponse of(Response response) {
    return ServerResponse.of(
        response.code(), response.protocol().toString(), response.headers().toMultimap());
  }
}
