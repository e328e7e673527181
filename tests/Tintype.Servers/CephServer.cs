namespace Tintype.Servers;

/// <summary>
/// A Ceph cluster of one monitor and one store in memory, and in front of it its gateway that speaks S3. The gateway is a process of its
/// own, to stop, kill and pause: what was kept outlasts that.
/// </summary>
public sealed class CephServer : IAsyncDisposable
{
    public const string AccessKey = "TINTYPESPECS";
    public const string SecretKey = "secret-of-the-specs";

    // One copy of everything, and nothing that waits for others: there are none.
    private const string ClusterScript =
        """
        port=$1
        conf() {
          echo "[global]
        fsid=$(cat /proc/sys/kernel/random/uuid)
        mon_host=[v2:127.0.0.1:$port/0]
        ms_bind_msgr1=false
        public_addr=127.0.0.1
        cluster_addr=127.0.0.1
        auth_cluster_required=cephx
        auth_service_required=cephx
        auth_client_required=cephx
        auth_allow_insecure_global_id_reclaim=false
        keyring=$root/keyring
        run_dir=$root
        admin_socket=
        log_file=$root/\$name.log
        mon_cluster_log_file=$root/cluster.log
        pid_file=
        crash_dir=$root
        mon_data=$root/mon
        osd_data=$root/osd
        rgw_data=$root/rgw
        osd_pool_default_size=1
        osd_pool_default_min_size=1
        osd_pool_default_pg_num=1
        osd_pool_default_pgp_num=1
        osd_pool_default_pg_autoscale_mode=off
        mon_allow_pool_size_one=true
        mon_max_pg_per_osd=1000
        osd_crush_chooseleaf_type=0
        rgw_rados_pool_pg_num_min=1
        osd_objectstore=memstore
        memstore_device_bytes=2147483648
        osd_op_num_shards=2
        paxos_propose_interval=0.02
        paxos_min_wait=0.01
        mon_election_timeout=1
        mon_osd_report_timeout=86400
        mon_osd_prime_pg_temp=false
        rgw_run_sync_thread=false
        rgw_enable_quota_threads=false
        rgw_thread_pool_size=64
        ms_async_op_threads=1
        debug_ms=0
        log_to_stderr=false" | sed 's/^ *//' >"$root/ceph.conf"
        }
        prepare() {
          set -e
          mkdir "$root/mon" "$root/osd" "$root/rgw"
          conf
          keys=$root/keyring c="-c $root/ceph.conf"
          ceph-authtool --create-keyring "$keys" --gen-key -n mon. --cap mon 'allow *'
          ceph-authtool "$keys" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
          ceph-authtool "$keys" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
          monmaptool --create --clobber --fsid "$(sed -n 's/^fsid=//p' "$root/ceph.conf")" --addv a "[v2:127.0.0.1:$port/0]" "$root/monmap"
          ceph-mon $c -i a --mkfs --monmap "$root/monmap" --keyring "$keys"
        }
        up() {
          c="-c $root/ceph.conf"
          ceph-mon $c -i a -f &
          until timeout 20 ceph $c -s; do sleep 0.1; done
          id=$(cat /proc/sys/kernel/random/uuid)
          ceph $c osd new "$id"
          ceph-osd $c -i 0 --mkfs --osd-uuid "$id"
          ceph-osd $c -i 0 -f &
        }
        """;

    private const string GatewayScript =
        """
        cluster=$1 port=$2 access=$3 secret=$4
        c="-c $cluster/ceph.conf -n client.admin"
        prepare() {
          set -e
          until ceph $c osd stat | grep '1 up'; do sleep 0.1; done
          radosgw-admin $c user create --uid=tintype --display-name=tintype --access-key="$access" --secret-key="$secret"
        }
        up() {
          radosgw $c -f --log-file="$root/radosgw.log" --rgw_frontends="beast endpoint=127.0.0.1:$port" &
        }
        """;

    private static readonly Lazy<Task<CephServer>> Starting = new(StartAsync);

    private readonly ServerProcess cluster;
    private readonly int port;

    private CephServer(ServerProcess cluster, ServerProcess gateway, int port)
    {
        this.cluster = cluster;
        this.port = port;
        Process = gateway;
    }

    /// <summary>The one cluster of this run, started when first asked for. Specs make buckets of their own.</summary>
    public static Task<CephServer> Shared => Starting.Value;

    public static bool IsStarted => Starting.IsValueCreated;

    /// <summary>The gateway, to stop, kill and pause.</summary>
    public ServerProcess Process { get; }

    public string Url => $"http://127.0.0.1:{port}";

    /// <summary>A cluster of one's own: for specs that kill its gateway.</summary>
    public static async Task<CephServer> StartAsync()
    {
        if (!File.Exists("/usr/bin/radosgw"))
        {
            throw new InvalidOperationException("Ceph is not installed: these specs need it (Debian: apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common)");
        }
        var (monitor, port) = (LoopbackPort.Take(), LoopbackPort.Take());
        var cluster = await ServerProcess.StartAsync("ceph", ClusterScript, ServerProcess.Listens(monitor), $"{monitor}");
        try
        {
            var gateway = await ServerProcess.StartAsync(
                "radosgw", GatewayScript, () => AnswersAsync(port), cluster.Folder, $"{port}", AccessKey, SecretKey);
            return new CephServer(cluster, gateway, port);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the gateway anew after it was stopped or killed.</summary>
    public Task StartAgainAsync() => Process.StartAgainAsync(() => AnswersAsync(port));

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await cluster.DisposeAsync();
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var answer = await http.GetAsync($"http://127.0.0.1:{port}/");
        return (int)answer.StatusCode < 500;
    }
}
