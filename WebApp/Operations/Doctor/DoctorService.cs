using WebApp.Platform.Http.Proxies;

namespace WebApp.Operations.Doctor;

/// <summary>Runs all checks, for the console's page and the command.</summary>
public sealed class DoctorService(RequestDiagnosis requests, DatabaseDiagnosis database, AuditDiagnosis audit, MailDiagnosis mail, HashingDiagnosis hashing, PlacesDiagnosis places)
{
    /// <summary>The findings for a page: about its own request and about the service. The worst first.</summary>
    public async Task<IReadOnlyList<Finding>> LookAsync(HttpContext context, CancellationToken cancel) =>
        Sorted([.. requests.Look(RequestSight.FromRequest(context)), .. await ServiceAsync(isServing: true, cancel)]);

    /// <summary>The findings about the service, without a request. <paramref name="isServing"/>: this process is the server.</summary>
    public async Task<IReadOnlyList<Finding>> ServiceAsync(bool isServing, CancellationToken cancel) =>
    [
        .. await database.LookAsync(isServing, cancel),
        .. await audit.LookAsync(cancel),
        await mail.LookAsync(cancel),
        await hashing.LookAsync(cancel),
        .. places.Look(),
        Finding.Good("disk", "Nothing is kept on this machine's disk: everything is in the database."),
    ];

    /// <summary>Sorts the findings, the worst first, without duplicates.</summary>
    public static IReadOnlyList<Finding> Sorted(IEnumerable<Finding> findings) => [.. findings.DistinctBy(finding => finding.Code).OrderByDescending(finding => finding.Severity)];
}

/// <summary>The result of one check.</summary>
/// <param name="Code">Its stable name.</param>
/// <param name="Severity">The severity.</param>
/// <param name="What">The observation, in a sentence, without secrets.</param>
/// <param name="Mend">The exact line that fixes it; null if there is nothing to fix.</param>
public sealed record Finding(string Code, Severity Severity, string What, string? Mend = null)
{
    /// <summary>Creates a finding without a problem.</summary>
    public static Finding Good(string code, string what) => new(code, Severity.Good, what);

    /// <summary>One or two lines for a terminal.</summary>
    public override string ToString() => $"{Severity.ToString().ToLowerInvariant(),-7}  {Code}: {What}" + (Mend is null ? "" : $"\n         mend: {Mend}");
}

/// <summary>The severity of a finding.</summary>
public enum Severity
{
    /// <summary>No problem.</summary>
    Good,

    /// <summary>No problem, but useful to know.</summary>
    Note,

    /// <summary>It works, but not as it should.</summary>
    Warning,

    /// <summary>It does not work, or is not safe.</summary>
    Fault,
}

/// <summary>A start-up failure as a finding.</summary>
public static class SettingsFinding
{
    /// <summary>Creates a finding from a line of <see cref="Platform.Startup.StartupFaults"/>, which has the key and its allowed values.</summary>
    public static Finding Create(string fault, int index) =>
        fault.StartsWith(ProxyOptions.Key, StringComparison.Ordinal) && fault.Contains("/0”", StringComparison.Ordinal) ? RequestDiagnosis.TrustsEverybody(null)
        : fault.StartsWith("ProxyAuth:Enabled needs", StringComparison.Ordinal) ? new("proxy_auth_without_proxy", Severity.Fault, fault, "Proxy__Trusted__0=<your proxy's address>")
        : new(index == 0 ? "settings" : $"settings_{index + 1}", Severity.Fault, fault, "Set the key it names; docs/configuration.md lists them.");
}
