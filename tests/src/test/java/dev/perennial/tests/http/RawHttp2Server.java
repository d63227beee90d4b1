package dev.perennial.tests.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server for HTTP/2 without TLS (RFC 9113) whose frames the test chooses. */
final class RawHttp2Server implements Closeable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int CONTINUATION = 9;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int PREFACE_BYTES = 24;

  /** What happens on one stream, on the thread that reads the connection. */
  @FunctionalInterface
  interface Script {
    void run(Peer peer, int stream) throws IOException;
  }

  private final ServerSocket server;
  private final Script script;
  private final List<Peer> peers = new CopyOnWriteArrayList<>();

  private RawHttp2Server(Script script) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.script = script;
  }

  static RawHttp2Server start(Script script) throws IOException {
    RawHttp2Server started = new RawHttp2Server(script);
    daemon(started::accept);
    return started;
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/";
  }

  /** Returns the connections so far. */
  List<Peer> peers() {
    return peers;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Peer peer : peers) {
      peer.socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Peer peer = new Peer(server.accept(), peers.size() + 1);
        peers.add(peer);
        daemon(() -> peer.serve(script));
      }
    } catch (IOException e) {
      // The server is closed.
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "raw-http2-server");
    thread.setDaemon(true);
    thread.start();
  }

  /** The server's end of one connection. */
  static final class Peer {
    private final Socket socket;
    private final int number;

    /** Whether it neither reads nor answers any more, as behind a dead link. */
    private volatile boolean isDead;

    Peer(Socket socket, int number) {
      this.socket = socket;
      this.number = number;
    }

    /** Counts from 1. */
    int number() {
      return number;
    }

    void die() {
      isDead = true;
    }

    /** Whether the connection has ended. */
    boolean isClosed() {
      return socket.isClosed();
    }

    /** Answers with an event stream that ends after one event. */
    void answer(int stream, String event) throws IOException {
      open(stream, event);
      frame(DATA, END_STREAM, stream, new byte[0]);
    }

    /** Opens an event stream with one event. */
    void open(int stream, String event) throws IOException {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      block.write(0x88); // :status 200, from the static table (RFC 7541, appendix A).
      block.write(new byte[] {0x0f, 0x10}); // content-type, whose name is in the static table.
      byte[] type = "text/event-stream".getBytes(UTF_8);
      block.write(type.length);
      block.write(type);
      frame(HEADERS, END_HEADERS, stream, block.toByteArray());
      frame(DATA, 0, stream, event.getBytes(UTF_8));
    }

    synchronized void frame(int type, int flags, int stream, byte[] payload) throws IOException {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      frame.write(payload.length >> 16);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
      frame.write(type);
      frame.write(flags);
      frame.write(int32(stream));
      frame.write(payload);
      OutputStream out = socket.getOutputStream();
      out.write(frame.toByteArray());
      out.flush();
    }

    static byte[] int32(int value) {
      return new byte[] {
        (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
      };
    }

    private void serve(Script script) {
      try (socket) {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        in.readFully(new byte[PREFACE_BYTES]);
        frame(SETTINGS, 0, 0, new byte[0]);
        while (true) {
          int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
          int type = in.readUnsignedByte();
          int flags = in.readUnsignedByte();
          int stream = in.readInt();
          byte[] payload = new byte[length];
          in.readFully(payload);
          if (!isDead) {
            answer(script, type, flags, stream, payload);
          }
        }
      } catch (IOException e) {
        // The client has gone.
      }
    }

    private void answer(Script script, int type, int flags, int stream, byte[] payload)
        throws IOException {
      if ((type == SETTINGS || type == PING) && (flags & ACK) == 0) {
        frame(type, ACK, 0, type == PING ? payload : new byte[0]);
      } else if (type == HEADERS) {
        script.run(this, stream);
      }
    }
  }
}
