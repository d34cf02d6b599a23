using System.Text.Json;

namespace WebApp.Operations.Doctor;

/// <summary>The doctor.</summary>
public static class DiagnosisSetup
{
    /// <summary>Where a running instance tells how a request arrives. It lies with the health checks, which pass whatever keeps other requests out.</summary>
    public const string ProbePath = "/health/probe";

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers it.</summary>
        public void AddDiagnosis()
        {
            builder.Services.AddSingleton<RequestDiagnosis>();
            builder.Services.AddSingleton<DatabaseDiagnosis>();
            builder.Services.AddSingleton<AuditDiagnosis>();
            builder.Services.AddSingleton<MailDiagnosis>();
            builder.Services.AddSingleton<HashingDiagnosis>();
            builder.Services.AddSingleton<DoctorService>();
            builder.Services.AddSingleton<ProbeTickets>();
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Answers probes that carry a ticket; to all others there is nothing here.</summary>
        public void MapProbe()
        {
            var tickets = app.Services.GetRequiredService<ProbeTickets>();
            app.MapGet(ProbePath, context =>
            {
                if (context.Request.Headers[ProbeTickets.Header] is [{ Length: > 0 and < 1000 } ticket] && tickets.IsGood(ticket))
                {
                    return context.Response.WriteAsJsonAsync(RequestSight.FromRequest(context), JsonSerializerOptions.Web, context.RequestAborted);
                }

                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            });
        }
    }
}
