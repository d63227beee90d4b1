package dev.perennial.tests.interop.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A script on Node that serves on the loopback interface. It ends with its standard input. */
final class NodeServer implements OtherServer {
  private final Process process;
  private final int port;

  /**
   * Starts a script.
   *
   * @param folder with its packages: see {@link NodePackages}
   */
  NodeServer(Path folder, String script) throws IOException {
    process =
        new ProcessBuilder("node", script)
            .directory(folder.toFile())
            .redirectError(Redirect.INHERIT)
            .start();
    String line =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
    if (line == null || !line.startsWith("port ")) {
      process.destroyForcibly();
      throw new IOException(script + " did not start: " + line);
    }
    port = Integer.parseInt(line.substring("port ".length()));
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void stop() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(20, TimeUnit.SECONDS);
  }
}
