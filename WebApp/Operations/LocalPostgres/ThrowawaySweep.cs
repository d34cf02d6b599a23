namespace WebApp.Operations.LocalPostgres;

/// <summary>Stops and deletes throwaway clusters of killed processes.</summary>
internal static class ThrowawaySweep
{
    public static async Task RunAsync(PostgresBinaries binaries, ServerAccount account, ILogger logger, CancellationToken cancel)
    {
        if (!Directory.Exists(ClusterHome.Throwaways))
        {
            return;
        }

        foreach (var home in Directory.EnumerateDirectories(ClusterHome.Throwaways))
        {
            try
            {
                // A directory without a lock file is being created now.
                if (File.Exists(Path.Combine(home, DirectoryLock.FileName)) && DirectoryLock.TryTake(home) is { } abandoned)
                {
                    using (abandoned)
                    {
                        await account.RunAsync(binaries.PgCtl, ["stop", "-w", "-m", "immediate", "-D", LocalCluster.DataIn(home)], cancel);
                        ClusterHome.Delete(home, abandoned);
                        logger.SweptThrowaway(home);
                    }
                }
            }
            catch (IOException)
            {
                // A concurrent sweep has deleted it, or a child process of the server still writes; the next sweep deletes the rest.
            }
        }
    }
}
