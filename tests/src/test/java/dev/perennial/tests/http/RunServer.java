package dev.perennial.tests.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server where a POST to {@code /runs} begins a run, and a GET of {@code /runs/7?after=} goes on
 * with its events. It cuts answers as often as it is told to.
 */
final class RunServer implements AutoCloseable {
  final AtomicInteger posts = new AtomicInteger();
  final List<String> resumes = new CopyOnWriteArrayList<>();

  private final int events;
  private final Random random;
  private final AtomicInteger cutsLeft;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** What the next POSTs are answered with, before runs begin. */
  final List<Integer> refusals = new ArrayList<>();

  /** What resumes are answered with; 200 to go on. */
  volatile int resumeStatus = 200;

  /** Whether the answer to the POST ends before its first event, without a header. */
  volatile boolean isBeginLost;

  RunServer(int events, int cuts, long seed) throws IOException {
    this.events = events;
    this.cutsLeft = new AtomicInteger(cuts);
    this.random = new Random(seed);
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/runs", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  int cutsLeft() {
    return cutsLeft.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (exchange.getRequestMethod().equals("POST")) {
      posts.incrementAndGet();
      if (!refusals.isEmpty()) {
        exchange.sendResponseHeaders(refusals.remove(0), -1);
        exchange.close();
        return;
      }
      if (isBeginLost) {
        open(exchange);
        exchange.getResponseBody().flush();
        exchange.close();
        return;
      }
      exchange.getResponseHeaders().add("X-Run", "7");
      send(exchange, 1);
    } else {
      String query = exchange.getRequestURI().getQuery();
      resumes.add(query);
      if (resumeStatus != 200) {
        exchange.sendResponseHeaders(resumeStatus, -1);
        exchange.close();
        return;
      }
      send(exchange, Integer.parseInt(query.replaceFirst("after=", "")) + 1);
    }
  }

  private static OutputStream open(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  private void send(HttpExchange exchange, int from) throws IOException {
    OutputStream out = open(exchange);
    int until = events;
    boolean isOrderly;
    synchronized (random) {
      if (cutsLeft.get() > 0) {
        cutsLeft.decrementAndGet();
        until = Math.min(events, from - 1 + random.nextInt(4));
      }
      isOrderly = random.nextBoolean();
    }
    for (int i = from; i <= until; i++) {
      out.write(("id: " + i + "\ndata: event " + i + "\n\n").getBytes(UTF_8));
    }
    if (until == events) {
      out.write("event: done\ndata: {}\n\n".getBytes(UTF_8));
      out.close();
    } else if (isOrderly) {
      out.close(); // Without the declared end.
    } else {
      out.write("id: ".getBytes(UTF_8));
      out.flush();
    }
    exchange.close(); // A cut, unless the body is over.
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
