package dev.perennial.conformance.report;

import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.Trace;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.conformance.scenario.TracedRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sorts the events of a run into lanes. */
final class TimelineLanes {
  private static final int MOST_STREAMS = 4;
  private static final int MOST_CONNECTIONS = 10;
  private static final int FIRST_SHOWN = 5;
  private static final int LAST_SHOWN = 2;

  private TimelineLanes() {}

  /**
   * A client's lane, for one stream or for all.
   *
   * @param label its name
   * @param events what the client reported, in order
   */
  record Client(String label, List<TraceEvent> events) {}

  /**
   * A lane for one connection, or for several when there are many.
   *
   * @param label its name
   * @param detail what was requested
   * @param connections one or more
   */
  record Server(String label, String detail, List<Connection> connections) {
    boolean isMany() {
      return connections.size() > 1;
    }
  }

  /**
   * A connection.
   *
   * @param request its request
   * @param events what the server saw, in order
   * @param end how the server ended it; null if it did not
   * @param left when the client closed it; null if it did not
   * @param previous the connection that ended before this request; null when there is none
   */
  record Connection(
      TracedRequest request,
      List<TraceEvent> events,
      @Nullable TraceEvent end,
      @Nullable TraceEvent left,
      @Nullable Connection previous) {

    int number() {
      return request.number();
    }

    /** Returns when the connection was over; -1 if it was not. */
    long toNanos() {
      if (end != null) {
        return end.atNanos();
      }
      return left == null ? -1 : left.atNanos();
    }
  }

  static List<Client> clients(Trace trace) {
    List<TraceEvent> all = trace.all().stream().filter(one -> !one.kind().isServers()).toList();
    Set<Integer> streams = new TreeSet<>();
    all.forEach(one -> streams.add(one.number()));
    if (streams.size() <= 1) {
      return List.of(new Client("client", all));
    } else if (streams.size() > MOST_STREAMS) {
      return List.of(new Client("client, " + streams.size() + " streams", all));
    }
    List<Client> clients = new ArrayList<>();
    for (int stream : streams) {
      clients.add(
          new Client(
              "client, stream " + stream,
              all.stream().filter(one -> one.number() == stream).toList()));
    }
    return clients;
  }

  static List<Server> servers(Trace trace) {
    List<Connection> connections = connections(trace);
    int size = connections.size();
    List<Server> servers = new ArrayList<>();
    if (size <= MOST_CONNECTIONS) {
      connections.forEach(one -> servers.add(lane(one)));
      return servers;
    }
    List<Connection> middle = connections.subList(FIRST_SHOWN, size - LAST_SHOWN);
    connections.subList(0, FIRST_SHOWN).forEach(one -> servers.add(lane(one)));
    servers.add(
        new Server(
            "… " + middle.get(0).number() + " to " + middle.get(middle.size() - 1).number(),
            middle.size() + " more",
            middle));
    connections.subList(size - LAST_SHOWN, size).forEach(one -> servers.add(lane(one)));
    return servers;
  }

  private static Server lane(Connection connection) {
    TracedRequest request = connection.request();
    String cursor = request.cursor();
    String asked = cursor == null ? "from the start" : "after " + Format.visible(cursor);
    return new Server(
        (request.isAtOther() ? "other origin, " : "connection ") + request.number(),
        asked,
        List.of(connection));
  }

  private static List<Connection> connections(Trace trace) {
    List<TraceEvent> all = trace.all().stream().filter(one -> one.kind().isServers()).toList();
    List<Connection> connections = new ArrayList<>();
    Set<Integer> followed = new HashSet<>();
    for (TracedRequest request : trace.requests()) {
      List<TraceEvent> own = all.stream().filter(one -> one.number() == request.number()).toList();
      Connection previous = previous(connections, followed, request.atNanos());
      if (previous != null) {
        followed.add(previous.number());
      }
      connections.add(new Connection(request, own, first(own, true), first(own, false), previous));
    }
    return connections;
  }

  private static @Nullable TraceEvent first(List<TraceEvent> own, boolean isEnd) {
    return own.stream()
        .filter(one -> isEnd ? isEnd(one) : one.kind() == Kind.LEFT)
        .findFirst()
        .orElse(null);
  }

  private static boolean isEnd(TraceEvent one) {
    return one.kind() == Kind.FAULT || one.kind() == Kind.ENDED || one.kind() == Kind.ANSWER;
  }

  /** Returns the last connection that ended before a time and that no request has followed yet. */
  private static @Nullable Connection previous(
      List<Connection> before, Set<Integer> followed, long atNanos) {
    Connection previous = null;
    for (Connection one : before) {
      boolean isOver = one.toNanos() >= 0 && one.toNanos() <= atNanos;
      if (isOver
          && !followed.contains(one.number())
          && (previous == null || one.toNanos() >= previous.toNanos())) {
        previous = one;
      }
    }
    return previous;
  }
}
