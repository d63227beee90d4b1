package dev.perennial.subjects;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Protocol;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The EventSource of an installed Chromium, in a headless page.
 *
 * <p>It honors {@code retry:}; its delays cannot be set otherwise. It reports that a stream has
 * ended, but not why, so it does not claim {@link Capability#REPORTS_END}.
 */
public final class ChromiumClient extends ProcessClient {
  private static final List<String> PROGRAMS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  public ChromiumClient() {
    super(
        "chromium",
        Protocol.SSE,
        ChromiumClient::launch,
        Capability.RECONNECTS,
        Capability.RESUMES,
        Capability.REPORTS_IDS,
        Capability.FOLLOWS_MANY);
  }

  /** Returns why it cannot run on this machine, or null if it can. */
  public @Nullable String unavailable() {
    return Programs.onPath(PROGRAMS) == null
        ? "Chromium is not installed: none of " + PROGRAMS + " is on the PATH"
        : null;
  }

  private static SubjectProcess launch(URI session) throws IOException {
    Path program = Programs.onPath(PROGRAMS);
    if (program == null) {
      throw new IOException("Chromium is not installed");
    }
    LoopbackServer pages = LoopbackServer.start(ChromiumClient::page);
    Path folder = SubjectProcess.newFolder();
    String query = "?session=" + URLEncoder.encode(session.toString(), StandardCharsets.UTF_8);
    try {
      SubjectProcess process =
          SubjectProcess.start(
              folder,
              List.of(
                  program.toString(),
                  "--headless=new",
                  "--no-sandbox",
                  "--no-first-run",
                  "--no-default-browser-check",
                  "--no-pings",
                  "--disable-gpu",
                  "--disable-quic",
                  "--disable-dev-shm-usage",
                  "--disable-background-networking",
                  "--disable-component-update",
                  "--disable-default-apps",
                  "--disable-domain-reliability",
                  "--disable-extensions",
                  "--disable-sync",
                  "--disable-background-timer-throttling",
                  "--disable-renderer-backgrounding",
                  // The rules use this machine alone.
                  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                  "--user-data-dir=" + folder.resolve("profile"),
                  pages.uri("/browser.html" + query).toString()));
      var unused = process.onExit().thenRun(pages::close);
      return process;
    } catch (IOException e) {
      pages.close();
      throw e;
    }
  }

  private static void page(Exchange exchange) throws IOException {
    String path = exchange.request().path();
    switch (path) {
      case "/browser.html" -> answer(exchange, "text/html", path);
      case "/eventsource.mjs" -> answer(exchange, "text/javascript", path);
      default -> exchange.answer(404, List.of(), "");
    }
  }

  private static void answer(Exchange exchange, String contentType, String path)
      throws IOException {
    exchange.answer(
        200,
        List.of("Content-Type: " + contentType + "; charset=utf-8"),
        ScriptFiles.read(path.substring(1)));
  }
}
