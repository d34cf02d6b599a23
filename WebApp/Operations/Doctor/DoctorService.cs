using WebApp.Platform.Http.Proxies;

namespace WebApp.Operations.Doctor;

/// <summary>Looks at everything, for the console's page and the command alike.</summary>
public sealed class DoctorService(RequestDiagnosis requests, DatabaseDiagnosis database, AuditDiagnosis audit, MailDiagnosis mail, HashingDiagnosis hashing)
{
    /// <summary>What a page shows: how its own request arrived, and how the service does. The worst first.</summary>
    public async Task<IReadOnlyList<Finding>> LookAsync(HttpContext context, CancellationToken cancel) =>
        Sorted([.. requests.Look(RequestSight.FromRequest(context)), .. await ServiceAsync(isServing: true, cancel)]);

    /// <summary>How the service does, without a request. <paramref name="isServing"/>: this process serves.</summary>
    public async Task<IReadOnlyList<Finding>> ServiceAsync(bool isServing, CancellationToken cancel) =>
    [
        .. await database.LookAsync(isServing, cancel),
        .. await audit.LookAsync(cancel),
        await mail.LookAsync(cancel),
        await hashing.LookAsync(cancel),
        Finding.Good("disk", "Nothing is kept on this machine's disk: everything is in the database."),
    ];

    /// <summary>The worst first, each once.</summary>
    public static IReadOnlyList<Finding> Sorted(IEnumerable<Finding> findings) => [.. findings.DistinctBy(finding => finding.Code).OrderByDescending(finding => finding.Severity)];
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Code">Its stable name.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="What">What was seen, in a sentence. Never a secret.</param>
/// <param name="Mend">The exact line that mends it; null where nothing needs mending.</param>
public sealed record Finding(string Code, Severity Severity, string What, string? Mend = null)
{
    /// <summary>As it should be.</summary>
    public static Finding Good(string code, string what) => new(code, Severity.Good, what);

    /// <summary>A line or two for a terminal.</summary>
    public override string ToString() => $"{Severity.ToString().ToLowerInvariant(),-7}  {Code}: {What}" + (Mend is null ? "" : $"\n         mend: {Mend}");
}

/// <summary>How bad it is.</summary>
public enum Severity
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Nothing is wrong, and worth knowing.</summary>
    Note,

    /// <summary>It works, and not as it should.</summary>
    Warning,

    /// <summary>Something does not work, or is not safe.</summary>
    Fault,
}

/// <summary>What keeps the application from starting, as a finding.</summary>
public static class SettingsFinding
{
    /// <summary>Of a line of <see cref="Platform.Startup.StartupFaults"/>, which names its key and what it must be.</summary>
    public static Finding Create(string fault, int index) =>
        fault.StartsWith(ProxyOptions.Key, StringComparison.Ordinal) && fault.Contains("/0”", StringComparison.Ordinal) ? RequestDiagnosis.TrustsEverybody(null)
        : fault.StartsWith("ProxyAuth:Enabled needs", StringComparison.Ordinal) ? new("proxy_auth_without_proxy", Severity.Fault, fault, "Proxy__Trusted__0=<your proxy's address>")
        : new(index == 0 ? "settings" : $"settings_{index + 1}", Severity.Fault, fault, "Set the key it names; docs/configuration.md lists them.");
}
