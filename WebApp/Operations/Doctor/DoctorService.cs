namespace WebApp.Operations.Doctor;

/// <summary>Looks at everything, for the console's page and the command alike.</summary>
public sealed class DoctorService(RequestDiagnosis requests, DatabaseDiagnosis database, AuditDiagnosis audit, MailDiagnosis mail, HashingDiagnosis hashing)
{
    /// <summary>What a page shows: how its own request arrived, and how the service does. The worst first.</summary>
    public async Task<IReadOnlyList<Finding>> LookAsync(HttpContext context, CancellationToken cancel) =>
        Sorted([.. requests.Look(RequestSight.Of(context)), .. await ServiceAsync(isServing: true, cancel)]);

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
