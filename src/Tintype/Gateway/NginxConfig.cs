using System.Globalization;
using System.Text;

namespace Tintype.Gateway;

/// <summary>The gateway as a configuration of nginx, for those who run it already: the same routes, pools and limits.</summary>
internal static class NginxConfig
{
    public static string Text(IReadOnlyList<RoleRoute> routes, IReadOnlyList<Pool> pools, Settings settings, string listen)
    {
        var gateway = settings.Gateway;
        var text = new StringBuilder($$"""
            # nginx as Tintype's gateway. Made by: tintype gateway config --for nginx. Do not edit the routes: make the file anew.
            # nginx without its paid part does not ask whether instances are ready: it learns that one is gone from the requests that fail,
            # and asks another. Stop instances by SIGTERM: they end their kept connections first, and refuse new ones after DrainSeconds.
            daemon off;
            worker_processes auto;
            worker_rlimit_nofile 16384;
            pid nginx.pid;
            error_log stderr warn;
            events { worker_connections 8192; }

            http {
              access_log off;
              client_body_temp_path temp-body;
              proxy_temp_path temp-proxy;
              fastcgi_temp_path temp-unused;
              uwsgi_temp_path temp-unused;
              scgi_temp_path temp-unused;

              # Which role answers: method and path, the first line that fits.
              map_hash_bucket_size 256;
              map "$request_method $uri" $pool {
                default "";
                "~^OPTIONS " web; # Asked beforehand by browsers: every instance answers alike.

            """);
        foreach (var (expression, role) in BalancerRoutes.Of(routes))
        {
            text.Append(CultureInfo.InvariantCulture, $"    \"~*{expression}\" {role};\n");
        }
        text.Append($$"""
              }

              # A reader stays on one feed instance; strangers are spread.
              map "$http_authorization$cookie_tintype_session" $reader { "" $request_id; default "$http_authorization$cookie_tintype_session"; }
              map "$http_authorization$cookie_tintype_session" $token { default "$http_authorization$cookie_tintype_session"; }


            """);
        foreach (var pool in pools.Where(pool => pool.Instances.Count > 0))
        {
            text.Append($$"""
                  upstream {{pool.Role}} {
                    zone {{pool.Role}} 128k;
                    {{(pool.Role == "feed" ? "hash $reader consistent;" : "random two least_conn;")}}
                    {{string.Join("\n    ", pool.Instances.Select(address => $"server {new Uri(address).Authority} max_fails=2 fail_timeout=2s;"))}}
                    keepalive 64;
                  }

                """);
        }
        return text.Append($$"""

              limit_req_zone $binary_remote_addr zone=addresses:10m rate={{gateway.AddressRate}}r/s;
              limit_req_zone $token zone=tokens:10m rate={{gateway.TokenRate}}r/s;
              limit_conn_zone $pool zone=pools:1m;
              limit_req zone=addresses burst={{gateway.AddressRate * 4}} nodelay;
              limit_req zone=tokens burst={{gateway.TokenRate * 4}} nodelay;
              limit_conn pools {{gateway.MostRequests}};
              limit_req_status 429;
              limit_conn_status 429;
              large_client_header_buffers 4 8k;

              proxy_http_version 1.1;
              proxy_request_buffering off;
              proxy_max_temp_file_size 0;
              proxy_connect_timeout {{Milliseconds(gateway.ConnectSeconds)}}ms;
              # Another instance is asked when one fails: for what may not be done twice, only if nothing was sent.
              proxy_next_upstream error timeout;
              proxy_next_upstream_tries 3;
              # What a client says of where it comes from is not passed on.
              proxy_set_header Host $http_host;
              proxy_set_header Connection "";
              proxy_set_header X-Forwarded-For $remote_addr;
              proxy_set_header X-Forwarded-Proto $scheme;
              proxy_set_header X-Forwarded-Host $http_host;
              proxy_set_header X-Request-Id $request_id;
              proxy_set_header Forwarded "";
              proxy_set_header X-Real-IP "";
              proxy_set_header X-Original-For "";
              proxy_set_header X-Original-Proto "";

              server {
                listen {{listen}} backlog=4096;
                server_tokens off;
                error_page 429 @busy;
                error_page 502 503 504 =503 @nobody;

            {{Location("/", 1 << 20, gateway.TimeoutSeconds)}}
            {{Location($"~* \"{BalancerRoutes.BodiesOf("accounts", routes)}\"", settings.Upload.MaxBytes + (1 << 20), gateway.TimeoutSeconds)}}
            {{Location($"~* \"{BalancerRoutes.BodiesOf("upload", routes)}\"", (10 * settings.Upload.MaxBytes) + (1 << 20), gateway.UploadTimeoutSeconds)}}
                location @busy { internal; default_type text/plain; add_header Retry-After 1 always; return 429 "Too many requests: try again in a moment\n"; }
                location @nobody { internal; default_type text/plain; add_header Retry-After 2 always; return 503 "This part of the site does not answer right now: try again in a moment\n"; }
              }
            }

            """).ToString();
    }

    private static string Location(string match, long bytes, double seconds) =>
        $$"""
            location {{match}} {
              client_max_body_size {{bytes}};
              proxy_read_timeout {{Milliseconds(seconds)}}ms;
              proxy_send_timeout {{Milliseconds(seconds)}}ms;
              if ($pool = "") { return 404; }
              proxy_pass http://$pool;
            }
        """;

    private static string Milliseconds(double seconds) => (seconds * 1000).ToString("0", CultureInfo.InvariantCulture);
}
