package dev.perennial.subjects;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.ClientUnderTest.Following;
import dev.perennial.conformance.ConformanceServer;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.RemoteClient;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A client in a process, which is started with the first stream and follows all further ones. */
abstract class ProcessClient extends DescribedClient {
  private final Launcher launcher;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable Running running; // Null before the first stream and after close.

  ProcessClient(String name, Protocol protocol, Launcher launcher, Capability... capabilities) {
    super(name, protocol, capabilities);
    this.launcher = launcher;
  }

  /** Starts the process of a client. */
  @FunctionalInterface
  interface Launcher {
    /**
     * Starts it.
     *
     * @param session the URL to pass to the process
     */
    SubjectProcess start(URI session) throws IOException;
  }

  private record Running(ConformanceServer server, RemoteClient client, SubjectProcess process) {
    void close() {
      client.close();
      process.close();
      server.close();
    }
  }

  @Override
  public final Following follow(Instructions instructions, ClientReport report)
      throws IOException, InterruptedException {
    Running one = running();
    try {
      return one.client.follow(instructions, report);
    } catch (IOException e) {
      throw one.process.isAlive() ? e : new IOException(one.process.end(name()), e);
    }
  }

  private Running running() throws IOException {
    lock.lock();
    try {
      Running one = running;
      if (one == null) {
        one = start();
        running = one;
      }
      return one;
    } finally {
      lock.unlock();
    }
  }

  private Running start() throws IOException {
    ConformanceServer server = ConformanceServer.start();
    try {
      RemoteClient client = server.client(name(), protocols(), capabilities());
      SubjectProcess process = launcher.start(client.url());
      // Otherwise every stream would wait for it in vain.
      var unused = process.onExit().thenRun(client::close);
      return new Running(server, client, process);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  @Override
  public final void close() {
    Running closing;
    lock.lock();
    try {
      closing = running;
      running = null;
    } finally {
      lock.unlock();
    }
    if (closing != null) {
      closing.close();
    }
  }
}
