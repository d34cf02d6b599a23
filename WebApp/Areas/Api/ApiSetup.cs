using System.Text.Json;
using System.Text.Json.Serialization;
using WebApp.Areas.Api.Bearer;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api;

/// <summary>Sets up the JSON API: authentication, JSON names, errors.</summary>
public static class ApiSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
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
                    api.SuppressMapClientErrors = true; // UseApiErrors adds our problems to statuses without a body.
                    api.InvalidModelStateResponseFactory = context => ApiProblem.FromModelState(context.ModelState);
                });
            builder.Services.AddScoped<SignInAnswer>();
            builder.Services.AddBearer();
            builder.Services.AddExceptionHandler<ApiFailureHandler>();
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Makes every error of the API a problem with a code, also those of routing, the server and failures.</summary>
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
