package dev.perennial.tests.interop.servers;

/** A WebSocket server that others wrote, on the loopback interface. */
public interface OtherServer {

  /** The subprotocol that it selects. */
  String SUBPROTOCOL = "ticks.v1";

  /** What a server does, whichever it is. */
  interface Conduct {

    /**
     * A WebSocket was opened.
     *
     * @param query of the request
     */
    void opened(Peer peer, String query);

    void heard(Peer peer, String text);

    void ponged(Peer peer);
  }

  /** A WebSocket of the server. */
  interface Peer {
    void send(String text);

    void ping();

    /** Closes it as the server does by default. */
    void close();
  }

  int port();

  void stop() throws Exception;
}
