package dev.perennial.conformance.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.conformance.Result;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers the requests of the control protocol. */
public final class ControlHandler implements LoopbackServer.Handler {
  /** How long an answer may wait for something to happen. */
  private static final Duration POLL = Duration.ofSeconds(20);

  private static final List<String> CORS =
      List.of(
          "Access-Control-Allow-Origin: *",
          "Access-Control-Allow-Headers: *",
          "Access-Control-Allow-Methods: GET, POST, DELETE",
          "Access-Control-Max-Age: 600",
          "Cache-Control: no-store");

  private static final int MOST_ANSWERING = 1_000_000;

  /** A client of the control protocol for JavaScript. */
  private static final String RUNNER = "runner.mjs";

  private final RemoteSessions sessions;
  private final Function<? super String, URI> url;
  private final String runner;

  /** All permits are free while nothing is being answered. */
  private final Semaphore answering = new Semaphore(MOST_ANSWERING);

  /**
   * @param url returns the URL of a session's id
   * @throws IOException if the runner cannot be read from the jar
   */
  public ControlHandler(RemoteSessions sessions, Function<? super String, URI> url)
      throws IOException {
    this.sessions = sessions;
    this.url = url;
    this.runner = runner();
  }

  private static String runner() throws IOException {
    try (InputStream source = ControlHandler.class.getResourceAsStream(RUNNER)) {
      return new String(Objects.requireNonNull(source, RUNNER).readAllBytes(), UTF_8);
    }
  }

  private record Answer(int status, @Nullable ObjectNode body) {}

  @Override
  public void handle(Exchange exchange) throws IOException, InterruptedException {
    answering.acquire();
    try {
      reply(exchange);
    } finally {
      answering.release();
    }
  }

  /**
   * Waits until all requests that have come are answered, at most for a time. The last one of a
   * session ends it, and its client still waits for the answer then. No request is answered
   * afterwards.
   */
  public void finish(Duration limit) throws InterruptedException {
    boolean unused = answering.tryAcquire(MOST_ANSWERING, limit.toMillis(), MILLISECONDS);
  }

  private void reply(Exchange exchange) throws IOException, InterruptedException {
    ReceivedRequest request = exchange.request();
    exchange.keepAlive();
    if (request.method().equals("OPTIONS")) {
      exchange.answer(204, CORS, "");
      return;
    }
    if (request.toString().equals("GET /runner.mjs")) {
      exchange.answer(200, typed("text/javascript; charset=utf-8"), runner);
      return;
    }
    Answer answer;
    try {
      answer = answer(request);
    } catch (RefusedException e) {
      answer = new Answer(e.status(), RemoteJson.error(String.valueOf(e.getMessage())));
    }
    String body = answer.body == null ? "" : answer.body + "\n";
    exchange.answer(answer.status, typed("application/json"), body);
  }

  private static List<String> typed(String contentType) {
    List<String> lines = new ArrayList<>(CORS);
    lines.add("Content-Type: " + contentType);
    return lines;
  }

  private Answer answer(ReceivedRequest request) throws RefusedException, InterruptedException {
    String[] path = request.path().substring(1).split("/", -1);
    if (request.path().equals("/")) {
      requireMethod(request, "GET");
      return new Answer(200, RemoteJson.about());
    }
    if (!path[0].equals("sessions")) {
      throw unknown(request);
    }
    if (path.length == 1) {
      requireMethod(request, "POST");
      return begin(request);
    }
    ControlledClient client = sessions.requireClient(path[1]);
    client.callBegins();
    try {
      return answer(request, path, client);
    } finally {
      client.callEnds();
    }
  }

  private Answer answer(ReceivedRequest request, String[] path, ControlledClient client)
      throws RefusedException, InterruptedException {
    String id = path[1];
    String action = path[path.length - 1];
    if (path.length == 2) {
      requireMethod(request, "DELETE");
      return delete(id, client);
    } else if (path.length == 3 && action.equals("report")) {
      requireMethod(request, "GET");
      return report(id);
    } else if (path.length == 3 && action.equals("next")) {
      requireMethod(request, "POST");
      return next(id, client);
    } else if (path.length == 5 && path[2].equals("streams")) {
      RemoteStream stream = stream(client, path[3]);
      if (action.equals("observations")) {
        requireMethod(request, "POST");
        boolean isStop = stream.observe(RemoteObservations.of(request.bodyUtf8()));
        return new Answer(200, RemoteJson.object().put("stop", isStop));
      } else if (action.equals("stopped")) {
        requireMethod(request, "POST");
        boolean isJudgedHere = sessions.session(id) != null;
        Result result = client.stopped(stream, isJudgedHere ? POLL : Duration.ZERO);
        return new Answer(200, RemoteJson.verdict(result));
      }
    }
    throw unknown(request);
  }

  private Answer begin(ReceivedRequest request) throws RefusedException {
    RemoteSession session = sessions.begin(SessionRequest.of(request.bodyUtf8()), url);
    return new Answer(
        201,
        RemoteJson.object()
            .put("session", session.id())
            .put("url", session.client().url().toString())
            .put("scenarios", session.scenarios())
            .put("seed", session.request().seed()));
  }

  private Answer next(String id, ControlledClient client)
      throws InterruptedException, RefusedException {
    ControlledClient.Command command = client.next(POLL);
    if (command != null) {
      return new Answer(
          200,
          command.isStop()
              ? RemoteJson.stop(command.stream())
              : RemoteJson.follow(command.stream()));
    }
    String end = client.end();
    if (end == null) {
      return new Answer(202, null);
    }
    RemoteSession session = sessions.session(id);
    if (session != null && session.state() == RemoteSession.State.LEFT) {
      throw new RefusedException(410, "The session is over: " + end);
    }
    return new Answer(204, null);
  }

  private static RemoteStream stream(ControlledClient client, String number)
      throws RefusedException {
    RemoteStream stream = null;
    try {
      stream = client.stream(Integer.parseInt(number));
    } catch (NumberFormatException e) {
      // As unknown as any other.
    }
    if (stream == null) {
      throw new RefusedException(404, "stream must be one of this session but was " + number);
    }
    return stream;
  }

  private Answer report(String id) throws RefusedException {
    RemoteSession session = sessions.session(id);
    if (session == null) {
      throw new RefusedException(
          404, "session must be one with a report on this server but was " + id);
    }
    return new Answer(200, RemoteJson.report(session));
  }

  private Answer delete(String id, ControlledClient client) {
    RemoteSession session = sessions.session(id);
    if (session == null) {
      client.close();
    } else {
      session.leave("The session was ended by its client");
      sessions.forget(id);
    }
    return new Answer(204, null);
  }

  private static void requireMethod(ReceivedRequest request, String method)
      throws RefusedException {
    if (!request.method().equals(method)) {
      throw new RefusedException(
          405,
          "the method of "
              + request.path()
              + " must be "
              + method
              + " but was "
              + request.method());
    }
  }

  private static RefusedException unknown(ReceivedRequest request) {
    return new RefusedException(
        404, "the path must be one of the conformance protocol but was " + request.path());
  }
}
