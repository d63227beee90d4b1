package dev.perennial.http;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.AbandonableCall.Outcome;
import dev.perennial.http.CredentialCache.Issued;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** From the supplier of the request to the answer that opens the stream, redirects included. */
final class HttpExchange {

  /**
   * The answer that opened the stream.
   *
   * @param request what it answers
   * @param cancel ends the call; among what the cancellation ends
   */
  record Opened(Response response, OutgoingRequest request, Runnable cancel) {}

  private final HttpOptions options;
  private final OkHttpClient client;
  private final OpeningAttempt opening;
  private final Consumer<HttpUrl> onFirst;

  // Null until a request is about to be sent; any thread may look.
  private volatile @Nullable OutgoingRequest sent;
  private volatile @Nullable Sending sending;

  /**
   * An exchange that has not begun.
   *
   * @param onFirst told where the first request goes
   */
  HttpExchange(
      HttpOptions options, OkHttpClient client, OpeningAttempt opening, Consumer<HttpUrl> onFirst) {
    this.options = options;
    this.client = client;
    this.opening = opening;
    this.onFirst = onFirst;
  }

  /** Whether another request may follow: not when one that must not be repeated may be out. */
  boolean mayBeFollowed() {
    OutgoingRequest request = sent;
    Sending progress = sending;
    return request == null || progress == null || request.isRepeatable() || !progress.isStarted();
  }

  /** What was shown to the server that answered last, or will; null for nothing. */
  @Nullable Issued credential() {
    OutgoingRequest request = sent;
    return request == null ? null : request.credential();
  }

  /**
   * Blocks until the stream is open.
   *
   * @throws TransportException when the server refused
   * @throws IOException when the attempt failed
   */
  Opened open() throws IOException {
    OutgoingRequest request = first();
    for (int followed = 0; ; followed++) {
      HttpUrl location = null;
      Sending sending = new Sending();
      this.sending = sending;
      this.sent = request;
      Call call = client.newCall(request.toRequest(sending));
      Runnable cancel = call::cancel;
      opening.cancellation().onCancel(cancel);
      Response response = execute(call, request, sending);
      boolean isOpen = false;
      try {
        if (ResponseChecks.isRedirect(response.code())) {
          location = ResponseChecks.locationOf(response, request, followed);
        } else {
          ResponseChecks.requireStream(response, request, options, opening);
          isOpen = true;
          return new Opened(plain(response, request), request, cancel);
        }
      } catch (TransportException e) {
        throw request.judged(e, true);
      } finally {
        if (!isOpen) {
          response.close();
          opening.cancellation().forget(cancel);
        }
      }
      request = request.redirectedTo(location);
    }
  }

  private static Response plain(Response response, OutgoingRequest request) {
    return ResponseChecks.isGzip(response.header("Content-Encoding"))
        ? InflatedBody.of(response, request.endpoint())
        : response;
  }

  private OutgoingRequest first() throws IOException {
    Request supplied = supply();
    onFirst.accept(supplied.url());
    Authorizer authorizer = options.authorizer();
    Issued credential = authorizer == null ? null : authorizer.get(opening);
    return OutgoingRequest.first(options, supplied, opening.attempt().cursor(), credential);
  }

  private Response execute(Call call, OutgoingRequest request, Sending sending) throws IOException {
    try {
      return BoundedDns.during(opening, () -> uninterrupted(call));
    } catch (IOException e) {
      IOException failure = HttpFailures.whileOpening(e, sending.isStarted(), request.endpoint());
      throw failure instanceof TransportException told
          ? request.judged(told, sending.isStarted())
          : failure;
    }
  }

  /** OkHttp waits for connections in Kotlin, which lets an InterruptedException pass undeclared. */
  private static Response uninterrupted(Call call) throws IOException {
    boolean isAnswered = false;
    try {
      Response response = call.execute();
      isAnswered = true;
      return response;
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw Interruption.asIOException(e);
    } finally {
      if (!isAnswered) {
        // An interceptor of the caller may have thrown while it held the answer.
        call.cancel();
      }
    }
  }

  private Request supply() throws IOException {
    if (options.source() instanceof FixedRequest fixed) {
      return fixed.request();
    }
    AbandonableCall<Request> supplier =
        AbandonableCall.start(
            "perennial-request-source", () -> options.source().request(opening.attempt()));
    Outcome<Request> outcome = null;
    try {
      outcome = supplier.await(opening);
    } finally {
      if (outcome == null) {
        supplier.abandon();
      }
    }
    if (outcome == null) {
      throw opening.timedOut("a request from the request source");
    }
    return supplied(outcome);
  }

  private static Request supplied(Outcome<Request> outcome) throws IOException {
    Throwable failure = outcome.failure();
    if (failure instanceof Error error) {
      throw error;
    }
    Request request = outcome.value();
    if (request != null) {
      return request;
    }
    if (failure instanceof TransportException told) {
      throw told;
    }
    if (failure == null) {
      throw new TransportException(
          Reason.CONNECT, "Expected a request from the request source but was null");
    }
    throw new TransportException(
        Reason.CONNECT,
        "Expected a request from the request source but it threw " + failure.getClass().getName(),
        failure);
  }
}
