package dev.perennial.http.internal.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Reaches a server without TLS through a tunnel of the HTTP proxy, if there is a proxy.
 *
 * <p>RFC 6455, 4.1 requires CONNECT: few proxies pass on an Upgrade. OkHttp makes a tunnel for
 * https only, and would ask the proxy for the {@code http} URL. To OkHttp, the connection through
 * the tunnel is a direct one.
 */
final class ConnectTunnel implements Interceptor {

  @Override
  public Response intercept(Chain chain) throws IOException {
    HttpUrl url = chain.request().url();
    InetSocketAddress proxy = url.isHttps() ? null : httpProxy(chain, url);
    if (proxy == null) {
      return chain.proceed(chain.request());
    }
    List<InetAddress> addresses = addressesOf(proxy, chain);
    return chain
        .withProxy(Proxy.NO_PROXY)
        .withDns(host -> addresses) // The proxy resolves the server's name.
        .withSocketFactory(
            new TunnelSocketFactory(
                chain.getSocketFactory(),
                addresses,
                proxy.getPort(),
                new ConnectRequest(url, chain.getProxyAuthenticator())))
        .proceed(chain.request());
  }

  /** Returns the HTTP proxy for a URL; null if the connection is direct or through SOCKS. */
  private static @Nullable InetSocketAddress httpProxy(Chain chain, HttpUrl url) {
    Proxy chosen = chain.getProxy();
    if (chosen == null) {
      List<Proxy> all = chain.getProxySelector().select(url.uri());
      chosen = all == null || all.isEmpty() ? Proxy.NO_PROXY : all.get(0);
    }
    return chosen.type() == Proxy.Type.HTTP ? (InetSocketAddress) chosen.address() : null;
  }

  private static List<InetAddress> addressesOf(InetSocketAddress proxy, Chain chain)
      throws UnknownHostException {
    InetAddress resolved = proxy.getAddress();
    return resolved != null ? List.of(resolved) : chain.getDns().lookup(proxy.getHostString());
  }
}
