package dev.perennial.conformance.scenario;

import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.http2.Http2Stream;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Plays one reply on one stream of HTTP/2, on the stream's thread. */
final class Http2Player {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final RunContext run;
  private final Trace trace;
  private final Http2Stream stream;
  private final TracedRequest request;
  private final int number;

  Http2Player(RunContext run, Http2Stream stream, TracedRequest request) {
    this.run = run;
    this.trace = run.trace();
    this.stream = stream;
    this.request = request;
    this.number = request.number();
  }

  void play(List<Step> steps) throws IOException, InterruptedException {
    stream.onLeft(() -> trace.add(Kind.LEFT, number, "the client has left the stream"));
    boolean isDone = false;
    try {
      for (Step step : steps) {
        play(step);
      }
      isDone = true;
    } finally {
      if (!isDone) {
        run.record(number, new Step.Hold()); // The client left, or the run was over.
      }
    }
  }

  private void play(Step step) throws IOException, InterruptedException {
    if (step instanceof Step.Replay replay) {
      Protocol protocol = run.scenario().protocol;
      for (Step.Send event : replay.events(protocol, request.cursor())) {
        play(event);
      }
      return;
    }
    run.record(number, step);
    if (step instanceof Step.Answer answer) {
      trace.add(Kind.ANSWER, number, answer.status() + " " + answer.headerLines());
      stream.head(answer.status(), answer.headerLines());
      stream.end();
    } else if (step instanceof Step.Open open) {
      List<String> lines = new ArrayList<>(open.headerLines());
      lines.add("Content-Type: " + open.contentType());
      trace.sent(number, "200, the stream is open", new byte[0]);
      stream.head(200, lines);
    } else if (step instanceof Step.Send send) {
      trace.sent(number, send.description(), RunContext.kept(send.bytes()));
      stream.send(send.bytes());
    } else if (step instanceof Step.Pause pause) {
      Duration time = run.scale().real(pause.time());
      trace.add(Kind.WAITED, number, Format.duration(time));
      stream.pause(time);
    } else if (step instanceof Step.Await await) {
      trace.await(await.condition(), run.scale().limit(run.scenario().limit));
    } else if (step instanceof Step.End) {
      trace.add(Kind.ENDED, number, "the stream ends in order");
      stream.end();
    } else if (step instanceof Step.Hold) {
      stream.awaitLeft(LONG);
    } else {
      fault(step);
    }
  }

  private void fault(Step step) throws IOException {
    trace.add(Kind.FAULT, number, step.description());
    if (step instanceof Step.Reset reset) {
      stream.reset(reset.code());
    } else if (step instanceof Step.GoAway) {
      stream.goAway();
    } else if (step instanceof Step.Freeze) {
      stream.freeze();
    } else {
      throw new IllegalStateException("No step over HTTP/2: " + step);
    }
  }
}
