namespace WebApp.Audit;

/// <summary>The audit trail.</summary>
public static class AuditSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers it.</summary>
        public void AddAudit() => builder.Services.AddSingleton<AuditTrail>();
    }
}
