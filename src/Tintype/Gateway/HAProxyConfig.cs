using System.Globalization;
using System.Text;

namespace Tintype.Gateway;

/// <summary>The gateway as a configuration of HAProxy, for those who run it already: the same routes, pools and limits.</summary>
internal static class HAProxyConfig
{
    public static string Text(IReadOnlyList<RoleRoute> routes, IReadOnlyList<Pool> pools, Settings settings, string listen)
    {
        var gateway = settings.Gateway;
        var text = new StringBuilder($$"""
            # HAProxy as Tintype's gateway. Made by: tintype gateway config --for haproxy. Do not edit the routes: make the file anew.
            global
              maxconn 8000
              tune.bufsize {{gateway.MaxHeaderBytes}}

            defaults
              mode http
              timeout connect {{Milliseconds(gateway.ConnectSeconds)}}ms
              timeout client {{Milliseconds(gateway.UploadTimeoutSeconds)}}ms
              timeout http-request 10s
              timeout queue 5s
              timeout server {{Milliseconds(gateway.TimeoutSeconds)}}ms
              # Another instance is asked when one fails: for what may not be done twice, only if it could not be reached.
              retries 2
              option redispatch 1
              retry-on conn-failure empty-response response-timeout
              http-error status 503 content-type text/plain string "This part of the site does not answer right now: try again in a moment" hdr Retry-After 2

            frontend tintype
              bind {{listen}}
              # What a client says of where it comes from is not passed on.
              http-request del-header Forwarded
              http-request del-header X-Real-IP
              http-request del-header X-Original-For
              http-request del-header X-Original-Proto
              http-request set-header X-Forwarded-For %[src]
              http-request set-header X-Forwarded-Proto http
              http-request set-header X-Forwarded-Proto https if { ssl_fc }
              http-request set-header X-Forwarded-Host %[req.hdr(host)]
              http-request set-header X-Request-Id %[uuid()]
              http-request set-var(txn.reader) req.cook(tintype_session),sha1,hex if { req.cook(tintype_session) -m found }
              http-request set-var(txn.reader) req.fhdr(authorization),sha1,hex if { req.fhdr(authorization) -m found }
              http-request track-sc0 src table addresses
              http-request track-sc1 var(txn.reader) table readers if { var(txn.reader) -m found }
              http-request return status 429 content-type text/plain string "Too many requests: try again in a moment" hdr Retry-After 1 if { sc0_http_req_rate(addresses) gt {{gateway.AddressRate * 4}} } or { sc1_http_req_rate(readers) gt {{gateway.TokenRate * 4}} }
              http-request disable-l7-retry unless { method GET HEAD }
              http-request set-var-fmt(txn.route) "%[method] %[path]"
              # Which role answers: method and path, the first line that fits.
              use_backend web if { method OPTIONS }

            """);
        foreach (var (expression, role) in BalancerRoutes.Of(routes).Where(route => pools.Any(pool => pool.Role == route.Role)))
        {
            text.Append(CultureInfo.InvariantCulture, $"  use_backend {role} if {{ var(txn.route) -m reg -i '{expression}' }}\n");
        }
        text.Append($$"""
              default_backend nowhere

            backend nowhere
              http-request return status 404 content-type text/plain string "There is nothing at this address"

            backend addresses
              stick-table type ipv6 size 200k expire 10s store http_req_rate(4s)

            backend readers
              stick-table type string len 40 size 200k expire 10s store http_req_rate(4s)

            """);
        foreach (var pool in pools)
        {
            var bytes = pool.Role switch { "upload" => (10 * settings.Upload.MaxBytes) + (1 << 20), "accounts" => settings.Upload.MaxBytes + (1 << 20), _ => 1 << 20 };
            text.Append($$"""

                backend {{pool.Role}}
                  {{(pool.Role == "feed" ? "balance hash var(txn.reader)\n  hash-type consistent" : "balance random(2)")}}
                  timeout server {{Milliseconds(pool.TimeoutSeconds ?? (pool.Role == "upload" ? gateway.UploadTimeoutSeconds : gateway.TimeoutSeconds))}}ms
                  http-request return status 413 if { req.hdr_val(content-length) gt {{bytes}} }
                  http-request return status 429 content-type text/plain string "Too many requests: try again in a moment" hdr Retry-After 1 if { be_conn gt {{pool.MostRequests ?? gateway.MostRequests}} }
                  option httpchk GET /healthz/ready/{{pool.Role}}
                  http-check expect status 200
                  default-server check inter {{Milliseconds(gateway.ProbeSeconds)}}ms fall 2 rise 1 observe layer4 error-limit 5 on-error mark-down
                  {{string.Join("\n  ", pool.Instances.Select((address, index) => $"server {pool.Role}-{index + 1} {new Uri(address).Authority}"))}}

                """);
        }
        return text.ToString();
    }

    private static string Milliseconds(double seconds) => (seconds * 1000).ToString("0", CultureInfo.InvariantCulture);
}
