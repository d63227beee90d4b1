package dev.perennial.cli.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.CommandRun;
import dev.perennial.cli.console.ExitCode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServeCommandTest {
  private final CommandRun run = CommandRun.prepared();
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void passedSessionExitsWithZero(@TempDir Path folder) throws Exception {
    CompletableFuture<Integer> exit =
        running("--once", "--report", folder.resolve("new").toString());

    play("[{'kind':'event','data':'one'},{'kind':'event','data':'two'}]");

    assertEquals(ExitCode.OK, exit.get(20, TimeUnit.SECONDS), this::toString);
    assertTrue(out().contains("my client: 1 passed, 0 failed, 0 not applicable (seed 7, "), out());
    for (String file : List.of("report.html", "junit.xml", "report.json")) {
      assertTrue(Files.size(folder.resolve("new/my-client").resolve(file)) > 0, file);
    }
  }

  @Test
  void failedSessionExitsWithOneAndPrintsTheProblem() throws Exception {
    CompletableFuture<Integer> exit = running("--once");

    play("[{'kind':'event','data':'two'},{'kind':'event','data':'two'}]");

    assertEquals(ExitCode.FAILED, exit.get(20, TimeUnit.SECONDS), this::toString);
    assertTrue(
        out()
            .contains(
                "  sse-01/sse: One byte order mark at the very start is dropped.\n"
                    + "    Expected the events [one, two]. But they were [two, two].\n"),
        out());
  }

  @Test
  void abandonedSessionExitsWithOne(@TempDir Path folder) throws Exception {
    CompletableFuture<Integer> exit = running("--once", "--report", folder.toString());

    String session = begin();
    send("DELETE", session, "");

    assertEquals(ExitCode.FAILED, exit.get(20, TimeUnit.SECONDS), this::toString);
    assertTrue(out().contains("; the client left before the end"), out());
    assertTrue(Files.exists(folder.resolve("my-client-unfinished/report.html")), this::toString);
  }

  @Test
  void interruptEndsServe() throws Exception {
    CompletableFuture<Integer> exit = running();
    server();

    run.interrupt();

    assertEquals(ExitCode.INTERRUPTED, exit.get(20, TimeUnit.SECONDS));
  }

  @Test
  void portInUseIsReported() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      int exit = run("--port", Integer.toString(taken.getLocalPort()));

      assertEquals(ExitCode.NOT_OPENED, exit, this::toString);
      assertTrue(
          run.err().contains("could not listen on port " + taken.getLocalPort() + ": "),
          this::toString);
    }
  }

  @Test
  void invalidPortIsRejected() {
    assertEquals(ExitCode.USAGE, run("--port", "70000"));
    assertTrue(
        run.err().contains("--port must be a whole number from 0 to 65,535"), this::toString);
  }

  // ---- The command ----

  private int run(String... options) {
    String[] args = new String[options.length + 1];
    args[0] = "serve";
    System.arraycopy(options, 0, args, 1, options.length);
    return run.runCommand(ServeCommand::new, args).exitCode();
  }

  private CompletableFuture<Integer> running(String... options) {
    return CompletableFuture.supplyAsync(() -> run(options), task -> new Thread(task).start());
  }

  /** Waits for the URL that the command prints. */
  private URI server() throws InterruptedException {
    Matcher listening = Pattern.compile("Listening on (\\S+)\n").matcher("");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!listening.reset(out()).find()) {
      assertTrue(System.nanoTime() - deadline < 0, this::toString);
      Thread.sleep(5);
    }
    return URI.create(listening.group(1));
  }

  // ---- A client ----

  private String begin() throws IOException, InterruptedException {
    String request =
        "{'name':'my client','transports':['sse'],'rules':['sse-01'],'seed':7}".replace('\'', '"');
    String begun = send("POST", server().resolve("/sessions").toString(), request);
    Matcher url = Pattern.compile("\"url\":\"([^\"]+)\"").matcher(begun);
    assertTrue(url.find(), begun);
    return url.group(1);
  }

  private void play(String observations) throws IOException, InterruptedException {
    String session = begin();
    await(session, answer -> answer.contains("\"follow\""));
    send("POST", session + "/streams/1/observations", observations.replace('\'', '"'));
    await(session, answer -> answer.contains("\"stop\""));
    send("POST", session + "/streams/1/stopped", "");
  }

  private void await(String session, Predicate<String> next)
      throws IOException, InterruptedException {
    String answer;
    do {
      answer = send("POST", session + "/next", "");
    } while (!next.test(answer));
  }

  private String send(String method, String url, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    return response.body();
  }

  private String out() {
    return run.out();
  }

  @Override
  public String toString() {
    return run.toString();
  }
}
