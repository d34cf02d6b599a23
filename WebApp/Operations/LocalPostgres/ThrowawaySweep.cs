namespace WebApp.Operations.LocalPostgres;

/// <summary>Stops and deletes throwaway clusters whose owner was killed before it could.</summary>
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
                // One without a lock file is being made this very moment.
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
                // Another sweep was quicker, or a last child still writes; the next sweep finds what is left.
            }
        }
    }
}
