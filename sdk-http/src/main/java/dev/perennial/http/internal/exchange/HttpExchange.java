package dev.perennial.http.internal.exchange;

import dev.perennial.ServerResponse;
import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.attempt.AbandonableCall;
import dev.perennial.http.internal.attempt.AbandonableCall.Outcome;
import dev.perennial.http.internal.attempt.BoundedDns;
import dev.perennial.http.internal.attempt.ForeignCode;
import dev.perennial.http.internal.attempt.HttpFailures;
import dev.perennial.http.internal.attempt.OpeningAttempt;
import dev.perennial.http.internal.connection.ReadBudget;
import dev.perennial.http.internal.exchange.CredentialCache.Issued;
import dev.perennial.http.internal.message.ContentCoding;
import dev.perennial.http.internal.message.ErrorText;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens one stream: from the source of the request to the response that is the stream, redirects
 * included. It exists before any I/O, so that {@link #cancel} has a target from the first moment.
 *
 * <p>{@link #open} and {@link #complete} are called by the subscription's thread; the other methods
 * by any thread.
 */
public final class HttpExchange {

  /** What an exchange takes from its transport. */
  public interface Context {

    /** Returns the client to connect with. The first call may make it, which takes a while. */
    OkHttpClient client(Attempt attempt);

    /** Makes the attempts that follow use other connections than {@code used} has. */
    void leaveConnections(Attempt attempt, OkHttpClient used);

    /** Returns the first request when it is the same for each attempt; otherwise null. */
    @Nullable Request fixedRequest();

    /**
     * Makes the first request of an attempt. May block.
     *
     * @throws IOException when there is no request now
     */
    Request request(Attempt attempt) throws IOException;

    /** Notes that the request of an attempt may have begun what only other requests may resume. */
    void onBegun(Attempt attempt);

    /** Whether that was noted of an earlier attempt of the same subscription. */
    boolean hasBegun(Attempt attempt);

    /** Returns what answers the first request of the stream already; null for nothing. */
    @Nullable FirstAnswer firstAnswer();

    /** Notes where the first request of an attempt goes. */
    void onRequest(HttpUrl url);

    /** Returns where the stream is, as messages may show it. */
    String endpoint();
  }

  private final HttpOptions options;
  private final OpeningAttempt attempt;
  private final Context context;

  /** The request that was sent last, or is about to be; null before the first. */
  private volatile @Nullable OutgoingRequest sent;

  /** What the connection was made with; null until {@link #open}. */
  private volatile @Nullable OkHttpClient client;

  // Used by the subscription's thread alone.

  /** Cancels the call of the open stream; null until it is open. */
  private @Nullable Runnable cancelOpen;

  /** The answer that opened the stream; null until it is open. */
  private @Nullable ServerResponse answer;

  /** Whether the server has declared where the body of the open stream ends. */
  private boolean isEndDeclared;

  /** Whether the caller had the answer that opened the stream. */
  private boolean isOfCaller;

  public HttpExchange(HttpOptions options, Attempt attempt, Context context) {
    this.options = options;
    this.attempt = new OpeningAttempt(attempt);
    this.context = context;
  }

  /**
   * Opens the stream. Blocks; called once.
   *
   * @return the response that is the stream, which the caller closes
   * @throws TransportException when the server refused
   * @throws IOException when the attempt failed or was cancelled
   */
  public Response open() throws IOException {
    attempt.start();
    if (options.isResumable() && context.hasBegun(attempt.attempt())) {
      throw new TransportException(
              Reason.PROTOCOL,
              "The request to "
                  + endpoint()
                  + " may have begun its stream and is not sent again, and there is no cursor for"
                  + " resumeWith(…)")
          .permanent();
    }
    OkHttpClient used = context.client(attempt.attempt());
    client = used;
    if (attempt.attempt().isAfterWake()) {
      dropIdle();
    }
    try {
      return follow(used);
    } catch (IOException e) {
      if (!attempt.isCancelled()) {
        throw e;
      }
      // Its time may be up because its connection, which others share, has died.
      leaveConnection();
      throw closed(e);
    }
  }

  /**
   * Makes the next attempts use another connection than this one, which may be dead. Other streams
   * on it go on until they notice themselves.
   */
  public void leaveConnection() {
    OkHttpClient used = client;
    if (used != null) {
      context.leaveConnections(attempt.attempt(), used);
    }
  }

  /**
   * Closes the connections that wait for a request: nothing tells whether they are alive. Only one
   * that has just brought the end of an answer is known to be. Not on Android's main thread.
   */
  public void dropIdle() {
    OkHttpClient used = client;
    if (used != null) {
      used.connectionPool().evictAll();
    }
  }

  private Response follow(OkHttpClient client) throws IOException {
    OutgoingRequest request = first();
    for (int followed = 0; ; followed++) {
      sent = request;
      FirstAnswer first = followed == 0 ? context.firstAnswer() : null;
      Response given = first == null ? null : first.take();
      Runnable cancel;
      Response response;
      if (first != null && given != null) {
        cancel = first::cancel;
        attempt.onCancel(cancel);
        request.sentByCaller();
        isOfCaller = true;
        response = given;
      } else {
        Call call = newCall(client, request);
        cancel = call::cancel;
        attempt.onCancel(cancel);
        response = execute(call, request);
      }
      HttpUrl location;
      try {
        if (!ResponseChecks.isRedirect(response.code())) {
          Response opened = plain(requireStream(response, request), request);
          isEndDeclared = ResponseChecks.isEndDeclared(response);
          answer = AnswerHead.of(response);
          cancelOpen = cancel;
          return opened;
        }
        location = ResponseChecks.locationOf(response, request, options, followed);
      } catch (TransportException e) {
        throw request.refine(e, true);
      } finally {
        if (cancelOpen == null) {
          ForeignCode.close(response, cancel);
          closeAnswer(request, cancel); // Which an interceptor may have replaced.
          attempt.forget(cancel);
        }
      }
      request = request.redirectedTo(location);
    }
  }

  /** Of an error the body is read, too, as far as its message shows it. */
  private Response requireStream(Response response, OutgoingRequest request) throws IOException {
    return ReadBudget.within(
        ReadBudget.BODY_BYTES,
        () -> ResponseChecks.requireStream(response, request, options, attempt));
  }

  /** The caller's event listener is made, and its request body asked, when the call is. */
  private Call newCall(OkHttpClient client, OutgoingRequest request) throws IOException {
    return during(request, () -> client.newCall(request.toRequest()));
  }

  private Response plain(Response response, OutgoingRequest request) throws IOException {
    return ContentCoding.of(response) == ContentCoding.GZIP
        ? during(request, () -> InflatedBody.of(response, request.endpoint()))
        : response;
  }

  private OutgoingRequest first() throws IOException {
    Request supplied = supplied();
    context.onRequest(supplied.url());
    CredentialCache credentials = options.credentials();
    Issued credential = credentials == null ? null : credentials.get(attempt);
    return OutgoingRequest.first(
        options,
        supplied,
        attempt.attempt().cursor(),
        credential,
        attempt.attempt().timekeeper()::nanoTime);
  }

  /** Runs what opens {@code request}, and classifies its failures. */
  private <V> V during(OutgoingRequest request, ForeignCode.Body<V> body) throws IOException {
    try {
      return BoundedDns.during(attempt, () -> ForeignCode.call(body));
    } catch (IOException e) {
      IOException failure =
          HttpFailures.whileOpening(
              e, request.isStarted(), request.endpoint(), request.errorText());
      throw failure instanceof TransportException known
          ? request.refine(known, request.isStarted())
          : failure;
    }
  }

  private Response execute(Call call, OutgoingRequest request) throws IOException {
    return during(request, () -> answerOf(call, request));
  }

  private static Response answerOf(Call call, OutgoingRequest request) throws IOException {
    boolean hasResponse = false;
    try {
      Response response = call.execute();
      hasResponse = true;
      return response;
    } finally {
      if (!hasResponse) {
        call.cancel();
        closeAnswer(request, call::cancel); // An interceptor may have thrown while it held that.
      }
    }
  }

  /** Closes what OkHttp returned before the caller's interceptors had it. */
  private static void closeAnswer(OutgoingRequest request, Runnable cancel) {
    Response answer = request.answer();
    if (answer != null) {
      ForeignCode.close(answer, cancel);
    }
  }

  private Request supplied() throws IOException {
    Request fixed = context.fixedRequest();
    if (fixed != null) {
      return fixed;
    }
    AbandonableCall<Request> supplier =
        AbandonableCall.start("perennial-request-source", () -> context.request(attempt.attempt()));
    Outcome<Request> outcome = null;
    try {
      outcome = supplier.await(attempt);
    } finally {
      if (outcome == null) {
        supplier.abandon();
      }
    }
    if (outcome == null) {
      throw attempt.timedOut("a request from the request source");
    }
    return requestOf(outcome);
  }

  private static Request requestOf(Outcome<Request> outcome) throws IOException {
    Throwable failure = outcome.failure();
    if (failure instanceof Error error) {
      throw error;
    }
    Request request = outcome.value();
    if (request != null) {
      return request;
    }
    if (failure instanceof TransportException known) {
      throw known;
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

  /** Returns what the body of the open stream is read from: an interceptor may have made it. */
  public BufferedSource source(Response opened) throws IOException {
    return during(sent(), () -> opened.body().source());
  }

  /** Returns the request that was sent last: after {@link #open} the one that was answered. */
  private OutgoingRequest sent() {
    OutgoingRequest request = sent;
    if (request == null) {
      throw new IllegalStateException("Expected an open exchange but no request was sent");
    }
    return request;
  }

  /** Returns the URL of the response, as messages may show it. */
  public String responseEndpoint() {
    return sent().endpoint();
  }

  /** Returns what shows the texts of the server that was asked last. */
  public ErrorText errorText() {
    return sent().errorText();
  }

  /** Returns the head of the answer that opened the stream; null until it is open. */
  public @Nullable ServerResponse answer() {
    return answer;
  }

  /** Returns where the last request went, as messages may show it. Any thread. */
  public String endpoint() {
    OutgoingRequest request = sent;
    return request != null ? request.endpoint() : context.endpoint();
  }

  /** Whether another request may follow whenever the connection of the open stream is lost. */
  public boolean isRepeatable() {
    return sent().isRepeatable() || options.isResumable();
  }

  /**
   * Whether the server has declared where the body of the open stream ends, so that a cut cannot be
   * mistaken for its end.
   */
  public boolean isEndDeclared() {
    return isEndDeclared;
  }

  /** Whether the open stream is a response of the caller, whose client has its own time limits. */
  public boolean isOfCaller() {
    return isOfCaller;
  }

  /** Makes the failure of an open stream permanent when its request must not be sent again. */
  public TransportException refine(TransportException failure) {
    return sent().refine(isInServersWords(failure) ? withoutSecrets(failure) : failure, true);
  }

  /** Whether the message quotes the server: an open stream has a status only in its content. */
  private static boolean isInServersWords(TransportException failure) {
    return switch (failure.reason()) {
      case SERVER_ERROR, HTTP_STATUS, GAP -> true;
      default -> false;
    };
  }

  private TransportException withoutSecrets(TransportException failure) {
    String message = String.valueOf(failure.getMessage());
    return failure.withMessage(sent().secrets().removedFrom(message));
  }

  /** How much longer opening may take when the attempt's time is up. Any thread. */
  public long openingNanosLeft() {
    OutgoingRequest request = sent;
    return request == null ? 0 : request.nanosLeft(-attempt.remainingNanos());
  }

  /**
   * Whether the request may have begun something at the server: then it is not sent again, and only
   * the requests that resume it may follow.
   */
  public boolean hasBegun() {
    OutgoingRequest request = sent;
    return request != null && request.hasBegun();
  }

  /** Whether another request may follow: not when one that must not be repeated may be sent. */
  public boolean mayBeFollowed() {
    OutgoingRequest request = sent;
    return request == null
        || request.isRepeatable()
        || !request.isStarted()
        || options.isResumable();
  }

  /**
   * Drops the credential that the server has refused.
   *
   * @return whether it was the newest; see {@link
   *     dev.perennial.spi.StreamConnection#refuseCredential}
   */
  public boolean refuseCredential() {
    OutgoingRequest request = sent;
    Issued shown = request == null ? null : request.credential();
    CredentialCache credentials = options.credentials();
    return shown == null || credentials == null || credentials.refuse(shown);
  }

  /** Notes that the response has ended in good order: there is nothing left to cancel. */
  public void complete() {
    if (cancelOpen != null) {
      attempt.forget(cancelOpen);
    }
  }

  public boolean isCancelled() {
    return attempt.isCancelled();
  }

  /** Ends the attempt, or the stream that it has opened, at once. Idempotent; never blocks. */
  public void cancel() {
    if (hasBegun()) {
      context.onBegun(attempt.attempt());
    }
    attempt.cancel();
  }

  /** Returns the failure of whatever is called after {@link #cancel}. */
  public IOException closed(@Nullable IOException cause) {
    return new IOException("The connection to " + endpoint() + " was closed", cause);
  }
}
