using System.Text.Json;
using System.Text.Json.Serialization;
using WebApp.Areas.Api.Bearer;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api;

/// <summary>The JSON API: its scheme, its names, its errors.</summary>
public static class ApiSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers it.</summary>
        public void AddApi()
        {
            builder.Services.AddControllers(mvc =>
                {
                    mvc.Filters.Add<JsonBodyFilter>();
                    mvc.Filters.Add<RefusedChangeFilter>();
                })
                .AddJsonOptions(json =>
                {
                    json.JsonSerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
                    json.JsonSerializerOptions.NumberHandling = JsonNumberHandling.Strict;
                    json.JsonSerializerOptions.Converters.Add(new UtcTimeConverter());
                    json.JsonSerializerOptions.Converters.Add(new StringArrayConverter());
                })
                .ConfigureApiBehaviorOptions(api =>
                {
                    api.SuppressMapClientErrors = true; // Bare statuses become our problems in UseApiErrors.
                    api.InvalidModelStateResponseFactory = context => ApiProblem.FromModelState(context.ModelState);
                });
            builder.Services.AddScoped<SignInAnswer>();
            builder.Services.AddBearer();
            builder.Services.AddExceptionHandler<ApiFailureHandler>();
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Every error of the API is a problem with a code, whoever made it: an action, routing, the server or a failure.</summary>
        public void UseApiErrors() => app.UseWhen(
            context => context.IsApiRequest,
            api =>
            {
                api.UseExceptionHandler(new ExceptionHandlerOptions
                {
                    ExceptionHandler = _ => Task.CompletedTask,
                    StatusCodeSelector = failure => Failures.Sort(failure).Status,
                });
                api.UseStatusCodePages(status => ApiProblem.ForStatus(status.HttpContext).WriteAsync(status.HttpContext));
            });
    }
}
