using System.Text.Json;

namespace WebApp.Operations.Doctor;

/// <summary>Sets up the doctor.</summary>
public static class DiagnosisSetup
{
    /// <summary>The path at which a running instance reports how a request arrived. It is among the health checks, which the HTTPS and host checks allow.</summary>
    public const string ProbePath = "/health/probe";

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddDiagnosis()
        {
            builder.Services.AddSingleton<RequestDiagnosis>();
            builder.Services.AddSingleton<DatabaseDiagnosis>();
            builder.Services.AddSingleton<AuditDiagnosis>();
            builder.Services.AddSingleton<MailDiagnosis>();
            builder.Services.AddSingleton<HashingDiagnosis>();
            builder.Services.AddSingleton<PlacesDiagnosis>();
            builder.Services.AddSingleton<DoctorService>();
            builder.Services.AddSingleton<ProbeTickets>();
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Answers probes with a valid ticket, and all other requests with 404.</summary>
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
